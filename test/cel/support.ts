import { Environment, type EnvironmentOptions, type Program } from '../../src/cel/environment.ts';
import { Meter } from '../../src/cel/meter.ts';
import { formatType } from '../../src/cel/types/type.ts';
import { toJson } from '../../src/cel/values/json.ts';
import { ListValue, MapValue, Optional, Timestamp, Duration, TypeValue, Uint, type Value } from '../../src/cel/values/value.ts';

/** What an expression gives, as a text that tells types apart; `! …` for an error, `? …` for issues. */
export function run(text: string, bindings: Record<string, unknown> = {}, options: EnvironmentOptions = {}): string {
  const { program, issues } = new Environment(options).compile(text);
  if (issues) return `? ${issues.list.map(({ message }) => message).join('; ')}`;
  try {
    return show(program.evaluate(bindings));
  } catch (error) {
    return `! ${(error as Error).message}`;
  }
}

/** The program of an expression that is expected to be fine. */
export function program(text: string, options: EnvironmentOptions = {}): Program {
  const compiled = new Environment(options).compile(text);
  if (compiled.issues) throw new Error(compiled.issues.toString());
  return compiled.program;
}

/** The issues of an expression as they are shown. */
export const issuesOf = (text: string, options: EnvironmentOptions = {}): string =>
  new Environment(options).compile(text).issues?.toString() ?? 'no issues';

/** The type of an expression. */
export const typeOf = (text: string, options: EnvironmentOptions = {}): string => formatType(program(text, options).outputType);

/** What an evaluation costs. */
export function costOf(text: string, bindings: Record<string, unknown> = {}, options: EnvironmentOptions = {}): number {
  const meter = new Meter();
  program(text, options).evaluate(bindings, meter);
  return meter.cost;
}

function show(value: Value): string {
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}.0` : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Uint) return `${value.value}u`;
  if (value instanceof Optional) return value.value === undefined ? 'none' : `some(${show(value.value)})`;
  if (value instanceof ListValue) return `[${[...value].map((item) => show(item as Value)).join(', ')}]`;
  if (value instanceof MapValue) return showMap(value);
  if (value instanceof TypeValue) return formatType(value.type);
  if (value instanceof Uint8Array) return `b${JSON.stringify([...value])}`;
  if (value instanceof Timestamp || value instanceof Duration) return String(toJson(value));
  return value.toString();
}

function showMap(map: MapValue): string {
  const entries = [...map.keys()].map((key) => `${show(key)}: ${show(map.find(key) as Value)}`);
  return `${map.objectType?.name ?? ''}{${entries.join(', ')}}`;
}
