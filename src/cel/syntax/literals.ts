/** The values of literals. What cannot be one is `undefined`, or throws with cel-go's words. */

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;
const uintMax = 2n ** 64n - 1n;

/** An int literal, perhaps with a sign; `undefined` if it has more than 64 bits. */
export function parseInt64(text: string): bigint | undefined {
  const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
  return value < intMin || value > intMax ? undefined : value;
}

/** A uint literal with its `u`; `undefined` if it has more than 64 bits. */
export function parseUint64(text: string): bigint | undefined {
  const value = BigInt(text.slice(0, -1));
  return value > uintMax ? undefined : value;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Takes off the prefix `r` and the quotes. Lines end with `\n`, however the text was written. */
function contentOf(literal: string): { content: string; raw: boolean } {
  const text = literal.replace(/\r\n?/g, '\n');
  const raw = /^[rR]/.test(text);
  const body = raw ? text.slice(1) : text;
  const quotes = body.startsWith('"""') || body.startsWith("'''") ? 3 : 1;
  return { content: body.slice(quotes, -quotes), raw };
}

const escapes = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([^]))/g;

/** The text of a string literal. Throws for an escape that is no Unicode character. */
export function parseString(literal: string): string {
  const { content, raw } = contentOf(literal);
  if (raw) return content;
  return content.replace(escapes, (_, hex?: string, short?: string, long?: string, octal?: string, simple?: string) => {
    if (simple !== undefined) return simpleEscapes[simple] ?? simple;
    const code = octal === undefined ? Number.parseInt((hex ?? short ?? long)!, 16) : Number.parseInt(octal, 8);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new RangeError('invalid unicode code point');
    return String.fromCodePoint(code);
  });
}

/** The bytes of a bytes literal (with its `b`): `\x` and octal escapes are bytes, the rest is UTF-8. */
export function parseBytes(literal: string): Uint8Array {
  const { content, raw } = contentOf(literal.slice(1));
  const encoder = new TextEncoder();
  if (raw) return encoder.encode(content);
  const bytes: number[] = [];
  let last = 0;
  const text = (end: number) => {
    for (const byte of encoder.encode(content.slice(last, end))) bytes.push(byte);
  };
  for (const match of content.matchAll(escapes)) {
    const [whole, hex, short, long, octal, simple] = match;
    text(match.index);
    if (short !== undefined || long !== undefined) throw new RangeError('unable to unescape string');
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push((simpleEscapes[simple!] ?? simple!).charCodeAt(0));
    last = match.index + whole.length;
  }
  text(content.length);
  return Uint8Array.from(bytes);
}
