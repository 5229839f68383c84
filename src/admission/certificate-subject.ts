import { fromBase64, pemBlocks } from '../resources/shared/pem.ts';

/** A value in DER: its tag, and its content, one character a byte. */
interface Value {
  readonly tag: number;
  readonly content: string;
}

const sequence = 0x30;
/** 2.5.4.10, organizationName. */
const organizationName = '\x55\x04\x0a';

/**
 * The organizations in the subject of a certificate request (PKCS #10 as PEM, in base64): the groups that the certificate
 * stands for. Undefined for what cannot be read.
 */
export function organizationsOf(request: string | undefined): string[] | undefined {
  const [block] = pemBlocks(fromBase64(request ?? '') ?? '');
  const [outer] = valuesOf(block?.data ?? '') ?? [];
  const [info] = within(outer) ?? [];
  const [, subject] = within(info) ?? [];
  const names = within(subject)?.map((set) => valuesOf(set.content));
  if (!names || !names.every((attributes) => attributes !== undefined)) return undefined;
  const organizations: string[] = [];
  for (const attribute of names.flat()) {
    const [type, value] = within(attribute) ?? [];
    if (!type || !value) return undefined;
    if (type.content === organizationName) organizations.push(value.content);
  }
  return organizations;
}

const within = (value: Value | undefined): Value[] | undefined =>
  value?.tag === sequence ? valuesOf(value.content) : undefined;

/** The values that follow each other in `data`; undefined if it does not end with the last one. */
function valuesOf(data: string): Value[] | undefined {
  const values: Value[] = [];
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
