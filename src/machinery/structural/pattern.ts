import { RE2JS } from 're2js';
import { limits } from '../../lib/limits.ts';
import { patternSize } from './pattern-size.ts';

const compiled = new Map<string, RE2JS>();
/** Patterns that are kept; schemas use a handful over and over. */
const compiledMax = 1_000;

/**
 * A regular expression in Go's syntax (RE2), which takes time in proportion to the text and to its own size. Throws for one
 * that is none, or too large.
 */
export function compilePattern(pattern: string): RE2JS {
  let expression = compiled.get(pattern);
  if (!expression) {
    if (patternSize(pattern) > limits.patternInstructions) throw new Error(`expression too large: \`${shown(pattern)}\``);
    expression = RE2JS.compile(pattern);
    if (compiled.size >= compiledMax) compiled.clear();
    compiled.set(pattern, expression);
  }
  return expression;
}

const shownMax = 100;
const shown = (pattern: string) => (pattern.length > shownMax ? `${pattern.slice(0, shownMax)}...` : pattern);

/** What is wrong with a pattern, in Go's words; undefined for a good one. */
export function patternError(pattern: string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'invalid';
  }
}
