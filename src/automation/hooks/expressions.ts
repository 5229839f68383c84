/** The expressions of hooks: filters, and what stands in `${…}` in texts. Pure. */
import { Environment, type Program } from '../../cel/environment.ts';
import { CelError, type Meter } from '../../cel/meter.ts';
import { dynDeclared } from '../../cel/types/declared.ts';
import { boolType, isDyn, sameType } from '../../cel/types/type.ts';
import { toJson } from '../../cel/values/json.ts';
import type { HookEvent } from './event.ts';

/** What all expressions of one delivery may cost together, in units of CEL of about 50 ns. */
export const deliveryCostMax = 1_000_000;

/** `event` is what the format makes of it, `payload` the body, `headers` those of the request by their names in lower case. */
const environment = new Environment({ variables: { event: dynDeclared, payload: dynDeclared, headers: dynDeclared } });

export interface Bindings {
  readonly event: HookEvent;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Something that a delivery, or the hook itself, makes impossible. The message is for the owner of the hook. */
export class HookError extends Error {
  /** Whether the same delivery may succeed at another time. */
  readonly passing: boolean;

  constructor(message: string, { passing = false }: { passing?: boolean } = {}) {
    super(message);
    this.name = 'HookError';
    this.passing = passing;
  }
}

/** A program, or throws a `HookError` with what is wrong with the text. */
export function compileExpression(text: string): Program {
  const { program, issues } = environment.compile(text);
  if (!program) throw new HookError(`compilation failed: ${issues.toString()}`);
  return program;
}

export function compileFilter(text: string): Program {
  const program = compileExpression(text);
  if (!sameType(program.outputType, boolType) && !isDyn(program.outputType)) throw new HookError('must evaluate to bool');
  return program;
}

/** The value as plain JSON. Throws a `HookError`. */
export function evaluate(program: Program, bindings: Bindings, meter: Meter): unknown {
  try {
    return toJson(program.evaluate({ ...bindings }, meter));
  } catch (error) {
    if (error instanceof CelError) throw new HookError(error.message);
    throw error;
  }
}
