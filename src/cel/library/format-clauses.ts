/** The clauses of a format (`%s`, `%.2f`): how they are written, and what they take. */
import type { Kind } from '../types/type.ts';
import { Fault } from '../values/value.ts';

/** More digits say nothing: a double has no more. */
const precisionMax = 1_000;
const defaultPrecision = 6;

export interface Clause {
  /** What is written: `s`, `d`, `f`, `e`, `b`, `x`, `X` or `o`. */
  readonly verb: string;
  readonly precision: number;
  /** Where the text after it begins. */
  readonly end: number;
}

/** The clause after the percent sign before `start`, or what is wrong with it. */
export function clauseAt(text: string, start: number): Clause | Fault {
  const match = /(?:\.(\d*))?([^]?)/y;
  match.lastIndex = start;
  const [whole, digits, verb = ''] = match.exec(text)!;
  const wrong = precisionFault(digits, verb);
  if (wrong !== undefined) return new Fault(`could not parse formatting clause: error while parsing precision: ${wrong}`);
  if (!Object.hasOwn(clauses, verb))
    return new Fault(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  return { verb, precision: digits === undefined ? defaultPrecision : Number(digits), end: start + whole.length };
}

function precisionFault(digits: string | undefined, verb: string): string | undefined {
  if (digits === undefined) return undefined;
  if (verb === '') return 'could not find end of precision specifier';
  if (digits === '') return 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax';
  return Number(digits) > precisionMax ? `precision ${digits} exceeds maximum allowed precision ${precisionMax}` : undefined;
}

interface ClauseRule {
  /** The types it takes. */
  readonly kinds: readonly Kind[];
  readonly refusal: string;
}

const integers: readonly Kind[] = ['int', 'uint'];
const hexRule: ClauseRule = {
  kinds: [...integers, 'string', 'bytes'],
  refusal: 'only integers, byte buffers, and strings can be formatted as hex',
};

/** By verb. Texts stand for doubles that JSON cannot write (`NaN`). */
export const clauses: Readonly<Record<string, ClauseRule>> = {
  s: {
    kinds: [...integers, 'list', 'map', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
    refusal:
      'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  },
  d: { kinds: integers, refusal: 'decimal clause can only be used on integers' },
  f: { kinds: ['double', 'string'], refusal: 'fixed-point clause can only be used on doubles' },
  e: { kinds: ['double', 'string'], refusal: 'scientific clause can only be used on doubles' },
  b: { kinds: [...integers, 'bool'], refusal: 'only integers and bools can be formatted as binary' },
  x: hexRule,
  X: hexRule,
  o: { kinds: integers, refusal: 'octal clause can only be used on integers' },
};

/** What is said of a value that a clause does not take. */
export const refusalOf = (verb: string, typeName: string): string =>
  `error during formatting: ${clauses[verb]!.refusal}, was given ${typeName}`;
