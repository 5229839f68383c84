/**
 * Texts with expressions in them. `${EXPRESSION}` stands for its value; a text that is nothing else becomes that value, with
 * its type. `$${` is a `${` as it is. What is put in is never read again, so no value can add expressions or structure. Pure.
 */
import type { Program } from '../../cel/environment.ts';
import type { Meter } from '../../cel/meter.ts';
import { compileExpression, evaluate, HookError, type Bindings } from './expressions.ts';

type Part = string | Program;

/** The parts of a text. Throws a `HookError` if an expression is wrong or has no end. */
function parse(text: string): Part[] {
  const parts: Part[] = [];
  let literal = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('${', at);
    if (open < 0) break;
    literal += text.slice(at, open);
    if (text[open - 1] === '$' && open > at) {
      literal += '{';
      at = open + 2;
      continue;
    }
    const close = endOf(text, open + 2);
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(compileExpression(text.slice(open + 2, close)));
    at = close + 1;
  }
  literal += text.slice(at);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

/** Where the brace is that ends an expression: braces in it are in pairs, and those in quotes do not count. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '{') depth++;
    else if (char === '}' && depth-- === 0) return at;
  }
  throw new HookError('an expression that begins with ${ has no end');
}

/** What one delivery has to render with, and how much. */
export interface Rendering {
  readonly bindings: Bindings;
  readonly meter: Meter;
  /** Characters of JSON that may still be put in. */
  charactersLeft: number;
}

/** What values may come to that are put into templates for one delivery: an object has no more. */
export const renderedCharactersMax = 1_572_864;

export const renderingOf = (bindings: Bindings, meter: Meter): Rendering => ({ bindings, meter, charactersLeft: renderedCharactersMax });

/** The value of a text. Throws a `HookError`. */
export function render(text: string, rendering: Rendering): unknown {
  const parts = parse(text);
  const [first] = parts;
  if (parts.length === 1 && typeof first !== 'string') return valueOf(first!, rendering);
  return parts.map((part) => (typeof part === 'string' ? part : textOf(valueOf(part, rendering)))).join('');
}

/** The same, where a text has to come of it. */
export const renderText = (text: string, rendering: Rendering): string => textOf(render(text, rendering));

function valueOf(program: Program, rendering: Rendering): unknown {
  const value = evaluate(program, rendering.bindings, rendering.meter);
  rendering.charactersLeft -= typeof value === 'string' ? value.length : JSON.stringify(value).length;
  if (rendering.charactersLeft < 0) throw new HookError(`what is put into templates has ${renderedCharactersMax} characters at most`);
  return value;
}

function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new HookError('an expression within a text must give a text, a number or a boolean');
}

/** Plain JSON with all of its texts rendered; keys stay as they are. */
export function renderAll(json: unknown, rendering: Rendering): unknown {
  if (typeof json === 'string') return render(json, rendering);
  if (Array.isArray(json)) return json.map((item) => renderAll(item, rendering));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, renderAll(value, rendering)]));
}

const depthMax = 64;

/** What is wrong with the expressions in plain JSON, each with the JSON Pointer of its text. */
export function templateErrors(json: unknown, pointer: string, depth = 0): { pointer: string; detail: string }[] {
  if (typeof json === 'string') {
    try {
      parse(json);
      return [];
    } catch (error) {
      if (error instanceof HookError) return [{ pointer, detail: error.message }];
      throw error;
    }
  }
  if (typeof json !== 'object' || json === null) return [];
  if (depth >= depthMax) return [{ pointer, detail: `must be nested ${depthMax} deep at most` }];
  return Object.entries(json).flatMap(([key, value]) =>
    templateErrors(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1),
  );
}
