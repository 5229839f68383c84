/** A string of a JSON text with its quotes, or a number, `true`, `false` or `null`. */
export interface Token {
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;

/** The tokens of a JSON text in order, keys included. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfToken(text, start);
    if (end > start) tokens.push({ start, end });
    start = Math.max(end, start + 1);
  }
  return tokens;
}

/** Where the token that begins at `start` ends; `start` if none does. */
export function endOfToken(text: string, start: number): number {
  if (text.charCodeAt(start) === quote) return endOfString(text, start + 1);
  let end = start;
  while (end < text.length && isBare(text.charCodeAt(end))) end++;
  return end;
}

/** After the closing quote of the string whose text begins at `from`. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Whether it is of a number or a word: a digit, a small letter, or one of `-`, `.`, `+` and `E`. */
const isBare = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x2d ||
  code === 0x2e ||
  code === 0x2b ||
  code === 0x45;
