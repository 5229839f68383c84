import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { patternSize } from '../../../src/machinery/structural/pattern-size.ts';
import { patternError } from '../../../src/machinery/structural/pattern.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['[a-z]+', 2],
  ['[]a]x', 2],
  ['[^]\\]]x', 2],
  ['\\d\\.', 2],
  ['\\p{Greek}a', 2],
  ['a{3}', 3],
  ['a{2,5}', 5],
  ['a{4,}', 4],
  ['(ab){10}', 40],
  ['((a{10}){10}){10}', 1220],
  ['a{', 2],
  ['a{x}', 4],
  [')', 2],
  ['((a', 5],
])('%j has %d instructions', (pattern, size) => expect(patternSize(pattern)).toBe(size));

test.each(['^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$', '(a{20}|b{15}c?){20}', '(?i)x{100}(y|z)*'])(
  'it is near what %s has when it is compiled',
  (pattern) => {
    const real = RE2JS.compile(pattern).programSize();
    expect(patternSize(pattern) / real).toBeGreaterThan(0.5);
    expect(patternSize(pattern) / real).toBeLessThan(3);
  },
);

const large = ['(a{1000}){6}', 'a?'.repeat(100_000), '('.repeat(100_000), '(?:(?:a{100}){100}){100}'];
test.each(large)('what is too large is not compiled', (pattern) => expect(patternError(pattern)).toMatch(/^expression too large/));
