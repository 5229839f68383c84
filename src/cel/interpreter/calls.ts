/** Calls of functions: arguments, choice of the overload, cost. */
import { callCost } from '../cost/calls.ts';
import type { Overload } from '../functions.ts';
import { Meter } from '../meter.ts';
import type { Call } from '../syntax/ast.ts';
import type { Type } from '../types/type.ts';
import { keyText } from '../values/collections.ts';
import {
  Duration,
  isFault,
  ListValue,
  MapValue,
  noSuchOverload,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Outcome,
  type Value,
} from '../values/value.ts';
import { constantOf, type Planned, type Planner, type Run, type Step } from './step.ts';

/** Conversions of constants are done once, when the expression is planned. */
const conversions = new Set(['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint']);

export function planCall(planner: Planner, call: Call): Planned {
  const reference = planner.checked.referenceOf(call);
  if (reference?.kind !== 'function') return { step: () => noSuchOverload };
  const { name, overloads, namespaced } = reference;
  const operands = call.target && !namespaced ? [call.target, ...call.args] : call.args;
  const planned = operands.map((operand) => planner.plan(operand));
  if (name === '@in') {
    const step = planMembership(planned, overloads);
    if (step) return { step };
  }
  const steps = planned.map(({ step }) => step);
  if (name === 'or' || name === 'orValue') return { step: planAlternative(steps, name) };
  const step: Step = (run) => {
    const args = evaluate(steps, run);
    return Array.isArray(args) ? invoke(name, overloads, args, run) : args;
  };
  const constants = planned.map(({ constant }) => constant?.value);
  if (conversions.has(name) && constants.length === 1 && planned[0]!.constant)
    return converted(name, overloads, constants[0]!, step);
  return { step };
}

function converted(name: string, overloads: readonly Overload[], arg: Value, step: Step): Planned {
  const overload = overloads.find(({ args }) => accepts(args[0]!, arg));
  const value = overload?.call?.([arg], new Meter());
  return value === undefined || isFault(value) || name === 'dyn' ? { step } : constantOf(value);
}

function evaluate(steps: readonly Step[], run: Run): Value[] | Outcome {
  const args: Value[] = [];
  for (const step of steps) {
    const value = step(run);
    if (isFault(value)) return value;
    args.push(value);
  }
  return args;
}

function invoke(name: string, overloads: readonly Overload[], args: readonly Value[], { meter }: Run): Outcome {
  for (const overload of overloads) {
    if (!overload.args.every((type, i) => accepts(type, args[i]!))) continue;
    meter.charge(callCost(name, overload.id, args, meter));
    return overload.call!(args, meter);
  }
  return noSuchOverload;
}

/** Whether a value is of a type, as far as that can be seen without looking into it. */
function accepts({ kind, name }: Type, value: Value): boolean {
  switch (kind) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'null':
      return value === null;
    case 'bytes':
      return value instanceof Uint8Array;
    case 'uint':
      return value instanceof Uint;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'duration':
      return value instanceof Duration;
    case 'list':
      return value instanceof ListValue;
    case 'map':
      return value instanceof MapValue;
    case 'type':
      return value instanceof TypeValue;
    case 'opaque':
      return name === 'optional_type' ? value instanceof Optional : value instanceof Opaque && value.type.name === name;
    case 'object':
      return value instanceof Opaque ? value.type.name === name : value instanceof MapValue;
    default:
      return true;
  }
}

/** `a.or(b)` and `a.orValue(b)` evaluate `b` only if `a` is nothing. */
function planAlternative([first, second]: readonly Step[], name: 'or' | 'orValue'): Step {
  return (run) => {
    const value = first!(run);
    if (isFault(value)) return value;
    if (!(value instanceof Optional)) return noSuchOverload;
    if (value.value === undefined) return second!(run);
    return name === 'or' ? value : value.value;
  };
}

/** `x in [constants]` looks the value up, and costs nothing. */
function planMembership([item, list]: readonly Planned[], overloads: readonly Overload[]): Step | undefined {
  const items = list!.constant?.value;
  if (!(items instanceof ListValue) || overloads.some(({ id }) => id !== 'in_list')) return undefined;
  const keys = new Set<string>();
  for (const value of items) {
    const key = isFault(value) ? undefined : keyText(value);
    if (key === undefined) return undefined;
    keys.add(key);
  }
  const { step } = item!;
  return (run) => {
    const value = step(run);
    if (isFault(value)) return value;
    const key = keyText(value);
    return key !== undefined && keys.has(key);
  };
}
