/** As much of DER (X.690) as reading certificates and requests for them takes. */

/** A value in DER: its tag, and its content, one character a byte. */
export interface DerValue {
  readonly tag: number;
  readonly content: string;
}

const sequence = 0x30;

/** What is in a SEQUENCE; undefined for anything else. */
export const within = (value: DerValue | undefined): DerValue[] | undefined =>
  value?.tag === sequence ? derValues(value.content) : undefined;

/** The values that follow each other in `data`; undefined if it does not end with the last one. */
export function derValues(data: string): DerValue[] | undefined {
  const values: DerValue[] = [];
  for (let at = 0; at < data.length; ) {
    const tag = data.charCodeAt(at);
    let length = data.charCodeAt(at + 1);
    let start = at + 2;
    if (length >= 0x80) {
      const digits = length & 0x7f;
      // The indefinite form is not DER, and no request needs more than four bytes of length.
      if (digits === 0 || digits > 4) return undefined;
      length = 0;
      for (const end = start + digits; start < end; start++) length = length * 256 + data.charCodeAt(start);
    }
    const end = start + length;
    // Beyond the text the codes are NaN, and so is the end.
    if (!(end <= data.length)) return undefined;
    values.push({ tag, content: data.slice(start, end) });
    at = end;
  }
  return values;
}
