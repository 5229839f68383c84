/**
 * The JSONPath of printer columns: client-go's dialect, as far as it looks things up (`.status.conditions[?(@.type=="Ready")]
 * .status`, `.spec.list[0]`, `.metadata.annotations['a.b/c']`). Descent (`..`) is left out: its cost has no bound.
 */
import { isPlain, type Plain } from '../../machinery/plain.ts';

type Step =
  | { kind: 'name'; name: string }
  | { kind: 'every' }
  | { kind: 'slice'; from: number | undefined; to: number | undefined; isSingle: boolean }
  | { kind: 'filter'; path: readonly Step[]; operator: string; value: unknown };

/** A path that was read: finds values in an object. */
export type JsonPath = (object: unknown) => unknown[];

const stepsMax = 64;

/** Reads a path; undefined for one that is not understood. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps = parseSteps(text);
  if (!steps || steps.length > stepsMax) return undefined;
  return (object) => follow(steps, object);
}

const follow = (steps: readonly Step[], object: unknown): unknown[] =>
  steps.reduce<unknown[]>((values, step) => values.flatMap((value) => take(step, value)), [object]);

function take(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case 'name':
      return isPlain(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'every':
      return Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : [];
    case 'slice':
      return Array.isArray(value) ? slice(value, step) : [];
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => passes(step, item)) : [];
  }
}

function slice(list: readonly unknown[], { from = 0, to, isSingle }: Step & { kind: 'slice' }): unknown[] {
  const at = from < 0 ? list.length + from : from;
  if (isSingle) return at >= 0 && at < list.length ? [list[at]] : [];
  const end = to === undefined ? list.length : to < 0 ? list.length + to : to;
  // As upstream, which takes a part of a list only where all of it is there.
  return at >= 0 && at < list.length && end >= 0 && end <= list.length ? list.slice(at, end) : [];
}

function passes({ path, operator, value }: Step & { kind: 'filter' }, item: unknown): boolean {
  const [found] = follow(path, item);
  if (found === undefined) return false;
  if (operator === '') return true;
  const left = typeof value === 'string' && typeof found !== 'string' ? String(found) : found;
  switch (operator) {
    case '==':
      return left === value;
    case '!=':
      return left !== value;
    case '<':
      return (left as Plain[string] & number) < (value as number);
    case '<=':
      return (left as number) <= (value as number);
    case '>':
      return (left as number) > (value as number);
    default:
      return (left as number) >= (value as number);
  }
}

function parseSteps(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = text.replace(/^\$/, '');
  while (rest !== '') {
    if (rest === '.') break;
    const named = /^\.((?:\\.|[^.[\]\\])+)/.exec(rest);
    const end = named ? named[0].length : rest.startsWith('[') ? endOfBrackets(rest) : rest.startsWith('.[') ? 1 : -1;
    if (end < 1) return undefined;
    if (named) steps.push(named[1] === '*' ? { kind: 'every' } : { kind: 'name', name: named[1]!.replace(/\\(.)/g, '$1') });
    else if (end > 1) {
      const step = parseBrackets(rest.slice(1, end - 1).trim());
      if (!step) return undefined;
      steps.push(step);
    }
    rest = rest.slice(end);
  }
  return steps;
}

/** The position behind the bracket that closes the first one; -1 without one. Brackets in quotes do not count. */
function endOfBrackets(text: string): number {
  let depth = 0;
  for (const match of text.matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[[\]]/g)) {
    if (match[0] === '[') depth++;
    else if (match[0] === ']' && --depth === 0) return match.index + 1;
  }
  return -1;
}

function parseBrackets(text: string): Step | undefined {
  if (text === '*') return { kind: 'every' };
  const quoted = /^(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")$/.exec(text);
  if (quoted) return { kind: 'name', name: (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1') };
  if (/^-?\d+$/.test(text)) return { kind: 'slice', from: Number(text), to: undefined, isSingle: true };
  const range = /^(-?\d*):(-?\d*)$/.exec(text);
  const bound = (digits = '') => (digits === '' ? undefined : Number(digits));
  if (range) return { kind: 'slice', from: bound(range[1]), to: bound(range[2]), isSingle: false };
  const filter = /^\?\(\s*@(.*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?)\s*)?\)$/s.exec(text);
  const path = filter && parseSteps(filter[1]!);
  if (!filter || !path) return undefined;
  const value = filter[3] === undefined ? undefined : literal(filter[3]);
  if (filter[2] !== undefined && value === undefined) return undefined;
  return { kind: 'filter', path, operator: filter[2] ?? '', value };
}

function literal(text: string): unknown {
  const quoted = /^(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")$/.exec(text);
  if (quoted) return (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1');
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}
