/** How functions are declared: by name, with overloads that differ in the types of their arguments. */
import type { Meter } from './meter.ts';
import type { Type } from './types/type.ts';
import type { Outcome, Value } from './values/value.ts';

/** Computes the result. The arguments fit the overload's types and are no faults. */
export type Implementation = (args: readonly Value[], meter: Meter) => Outcome;

export interface Overload {
  /** Upstream's name of it, by which costs are looked up. */
  readonly id: string;
  /** Of a member function the first is what it is called on. */
  readonly args: readonly Type[];
  readonly result: Type;
  readonly member: boolean;
  /** Left out where the interpreter itself does it, because not all arguments are evaluated. */
  readonly call?: Implementation;
}

/** Functions by name. Operators have names such as `_+_`. */
export type Functions = Readonly<Record<string, readonly Overload[]>>;

/** An overload that is called as `f(x)`. */
export const global = (id: string, args: readonly Type[], result: Type, call?: Implementation): Overload => ({
  id,
  args,
  result,
  member: false,
  call,
});

/** An overload that is called as `x.f()`; `args` begins with the type of `x`. */
export const member = (id: string, args: readonly Type[], result: Type, call?: Implementation): Overload => ({
  id,
  args,
  result,
  member: true,
  call,
});

/** All functions of several libraries; overloads of the same name add up, in order. */
export function joinFunctions(libraries: readonly Functions[]): ReadonlyMap<string, readonly Overload[]> {
  const joined = new Map<string, readonly Overload[]>();
  for (const library of libraries)
    for (const [name, overloads] of Object.entries(library)) joined.set(name, [...(joined.get(name) ?? []), ...overloads]);
  return joined;
}
