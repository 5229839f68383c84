import { derValues, within, type DerValue } from '../../resources/shared/der.ts';
import { fromBase64, pemBlocks } from '../../resources/shared/pem.ts';

const explicitVersion = 0xa0;
const utcTime = 0x17;
const generalizedTime = 0x18;

/** When the first of the certificates (PEM, in base64) ends, in ms since the epoch; undefined for what cannot be read. */
export function endOfCertificate(certificate: string): number | undefined {
  const [block] = pemBlocks(fromBase64(certificate) ?? '');
  const [outer] = derValues(block?.data ?? '') ?? [];
  const [body] = within(outer) ?? [];
  const fields = (within(body) ?? []).filter(({ tag }) => tag !== explicitVersion);
  // serialNumber, signature, issuer, validity
  const [, notAfter] = within(fields[3]) ?? [];
  return notAfter && timeOf(notAfter);
}

/** RFC 5280, 4.1.2.5: `YYMMDDHHMMSSZ`, with years from 1950 to 2049, or `YYYYMMDDHHMMSSZ`. */
function timeOf({ tag, content }: DerValue): number | undefined {
  if (tag !== utcTime && tag !== generalizedTime) return undefined;
  const text = tag === utcTime ? (content < '5' ? '20' : '19') + content : content;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}
