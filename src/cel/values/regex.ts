/** Regular expressions as RE2: matched in time linear in the text, whatever the pattern. */
import { RE2JS, RE2JSException } from 're2js';
import { limits } from '../../lib/limits.ts';
import { patternSize } from '../../machinery/structural/pattern-size.ts';
import type { Meter } from '../meter.ts';
import { Fault, type Outcome } from './value.ts';

/** Compiled patterns that are kept. Expressions can make up new ones without end. */
const keptMax = 256;
const kept = new Map<string, RE2JS | Fault>();
/** A step of the matcher for each character and so many instructions of the pattern. */
const instructionsPerStep = 4;

/** The compiled pattern, or why it is none. */
export function compilePattern(pattern: string): RE2JS | Fault {
  const known = kept.get(pattern);
  if (known) return known;
  if (kept.size >= keptMax) kept.clear();
  const compiled = compile(pattern);
  kept.set(pattern, compiled);
  return compiled;
}

function compile(pattern: string): RE2JS | Fault {
  if (patternSize(pattern) > limits.patternInstructions) return new Fault('expression too large');
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) return new Fault(error.message);
    throw error;
  }
}

const charge = (text: string, pattern: RE2JS, meter: Meter) =>
  meter.work((text.length + 1) * (1 + pattern.programSize() / instructionsPerStep));

/** Whether the pattern matches anywhere in the text. */
export function matches(text: string, pattern: string, meter: Meter): Outcome {
  const compiled = compilePattern(pattern);
  if (compiled instanceof Fault) return compiled;
  charge(text, compiled, meter);
  return compiled.matcher(text).find();
}

/** The parts of the text that match, from the left, at most `limit`; all if it is negative. */
export function findAll(text: string, pattern: string, limit: number, meter: Meter): string[] | Fault {
  const compiled = compilePattern(pattern);
  if (compiled instanceof Fault) return new Fault(`Illegal regex: ${compiled.message}`);
  const found: string[] = [];
  const matcher = compiled.matcher(text);
  let end = -1;
  while (found.length !== limit && matcher.find()) {
    charge('', compiled, meter);
    // Go leaves out an empty match right after another one.
    if (matcher.start() === matcher.end() && matcher.start() === end) continue;
    end = matcher.end();
    found.push(matcher.group() ?? '');
  }
  charge(text, compiled, meter);
  return found;
}
