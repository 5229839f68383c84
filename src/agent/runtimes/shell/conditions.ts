import { integer } from './arithmetic.ts';
import type { Files } from './machine.ts';
import { NotSimulated } from './syntax.ts';

const compare: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '-eq': (a, b) => integer(a) === integer(b),
  '-ne': (a, b) => integer(a) !== integer(b),
  '-lt': (a, b) => integer(a) < integer(b),
  '-le': (a, b) => integer(a) <= integer(b),
  '-gt': (a, b) => integer(a) > integer(b),
  '-ge': (a, b) => integer(a) >= integer(b),
};

/** The words of `test`, `[ … ]` or `[[ … ]]`. Files that exist may be read, written and run. */
export function testCondition(words: readonly string[], files: Files): boolean {
  const [first = '', second = '', third = ''] = words;
  if (first === '!' && words.length > 1) return !testCondition(words.slice(1), files);
  if (words.length <= 1) return first !== '';
  if (words.length === 2) {
    if (first === '-z') return second === '';
    if (first === '-n') return second !== '';
    if (first === '-s') return files.exists(second) && files.read(second) !== '';
    if (/^-[defrwx]$/.test(first)) return files.exists(second);
  }
  if (words.length === 3 && Object.hasOwn(compare, second)) return compare[second]!(first, third);
  throw new NotSimulated(`test ${words.join(' ')}`);
}
