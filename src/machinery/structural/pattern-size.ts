/**
 * About how many instructions a regular expression (RE2) has once its repetitions are written out. Found out without
 * compiling it, which takes time and memory in proportion. What is no regular expression has some size, too.
 */
export function patternSize(pattern: string): number {
  const outer: number[] = [];
  let sum = 0;
  let last = 0;
  const atom = (size: number) => {
    sum += size;
    last = size;
  };
  for (let i = 0; i < pattern.length; i++) {
    switch (pattern[i]) {
      case '\\':
        i += escapeLength(pattern, i);
        atom(1);
        break;
      case '[':
        i = endOfClass(pattern, i);
        atom(1);
        break;
      case '(':
        outer.push(sum);
        sum = 0;
        break;
      case ')':
        last = sum + groupSize;
        sum = (outer.pop() ?? 0) + last;
        break;
      case '*':
      case '+':
      case '?':
      case '|':
        sum++;
        last++;
        break;
      case '{': {
        const times = repetition.exec(pattern.slice(i, i + longestRepetition));
        if (times) {
          i += times[0].length - 1;
          const more = last * (Math.max(Number(times[1]), Number(times[2] || 0)) - 1);
          sum += more;
          last += more;
        } else atom(1);
        break;
      }
      default:
        atom(1);
    }
  }
  return outer.reduce((total, size) => total + size + groupSize, sum);
}

const groupSize = 2;
const repetition = /^\{(\d+)(?:,(\d*))?\}/;
/** Counts have four digits at most. */
const longestRepetition = 16;

/** How many characters stand behind a backslash for one thing. */
function escapeLength(pattern: string, at: number): number {
  const next = pattern[at + 1];
  const isLong = (next === 'p' || next === 'P' || next === 'x') && pattern[at + 2] === '{';
  if (!isLong) return 1;
  const end = pattern.indexOf('}', at);
  return end < 0 ? 1 : end - at;
}

function endOfClass(pattern: string, start: number): number {
  // A bracket right at the beginning is one of the characters.
  let i = start + (pattern[start + 1] === '^' ? 2 : 1);
  if (pattern[i] === ']') i++;
  for (; i < pattern.length && pattern[i] !== ']'; i++) if (pattern[i] === '\\') i++;
  return i;
}
