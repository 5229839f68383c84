/** PEM (RFC 7468) as Go reads it (`encoding/pem`), and as much of DER as tells whether a block is whole. */

export interface PemBlock {
  /** What it is: `CERTIFICATE`. */
  type: string;
  hasHeaders: boolean;
  /** The content, one character a byte. */
  data: string;
}

/** Every block of a text; what is around them, and what is no block after all, does not count. */
export function pemBlocks(text: string): PemBlock[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const blocks: PemBlock[] = [];
  for (let next = 0; next < lines.length; ) {
    const type = /^-----BEGIN (.*)-----$/.exec(lines[next++]!)?.[1];
    if (type === undefined) continue;
    const start = next;
    while (lines[next]?.includes(':') && !lines[next]!.startsWith('-')) next++;
    const hasHeaders = next > start;
    const body: string[] = [];
    while (next < lines.length && !lines[next]!.startsWith('-')) body.push(lines[next++]!);
    // Any other line here may begin a block of its own.
    if (lines[next] !== `-----END ${type}-----`) continue;
    next++;
    const data = fromBase64(body.join(''));
    if (data !== undefined) blocks.push({ type, hasHeaders, data });
  }
  return blocks;
}

/** The bytes of a text in base64, one character a byte; undefined if it is none. */
export function fromBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** Whether the bytes are one DER SEQUENCE: `whole`, or more (`trailing`) or less than that. */
export function derSequence(data: string): 'whole' | 'trailing' | 'truncated' | 'other' {
  const at = (index: number) => data.charCodeAt(index);
  if (data.length < 2) return 'truncated';
  if (at(0) !== 0x30) return 'other';
  let length = at(1);
  let start = 2;
  if (length >= 0x80) {
    const digits = length & 0x7f;
    // The indefinite form is not DER, and four bytes are more than a request can have.
    if (digits === 0 || digits > 4) return 'other';
    start += digits;
    length = 0;
    for (let i = 2; i < start; i++) length = length * 256 + at(i);
  }
  const end = start + length;
  // Beyond the text, `at` is NaN, and so is the end.
  if (!(end <= data.length)) return 'truncated';
  return end === data.length ? 'whole' : 'trailing';
}
