/** Certificate requests (PKCS #10), read as Go's `x509.ParseCertificateRequest` reads them. Nothing is verified. */
import ipaddr from 'ipaddr.js';
import type { AlternativeName, SubjectPart, SubjectType } from '../../machinery/certificates.ts';
import { derValues, within, type DerValue } from './der.ts';
import { fromBase64, pemBlocks } from './pem.ts';

/** What a request asks for. */
export interface CertificateRequest {
  /** In the order of the request. */
  readonly subject: readonly SubjectPart[];
  /** The last one, if there are several; '' for none. */
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly names: readonly AlternativeName[];
}

/** Object identifiers as they are in DER. */
const subjectTypeOf: ReadonlyMap<string, SubjectType> = new Map([
  ['\x55\x04\x03', 'CN'],
  ['\x55\x04\x05', 'serialNumber'],
  ['\x55\x04\x06', 'C'],
  ['\x55\x04\x07', 'L'],
  ['\x55\x04\x08', 'ST'],
  ['\x55\x04\x09', 'STREET'],
  ['\x55\x04\x0a', 'O'],
  ['\x55\x04\x0b', 'OU'],
  ['\x55\x04\x11', 'postalCode'],
]);
const extensionRequest = '\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e';
const subjectAltName = '\x55\x1d\x11';

const attributesTag = 0xa0;
const octetString = 0x04;

/** A request in PEM, in base64. Undefined for what cannot be read. */
export function readCertificateRequest(request: string | undefined): CertificateRequest | undefined {
  const [block] = pemBlocks(fromBase64(request ?? '') ?? '');
  const [outer] = derValues(block?.data ?? '') ?? [];
  const [info] = within(outer) ?? [];
  const [, name, , ...more] = within(info) ?? [];
  const subject = readSubject(name);
  const names = readNames(more.find(({ tag }) => tag === attributesTag));
  if (!subject || !names) return undefined;
  const valuesOf = (type: SubjectType) => subject.filter((part) => part.type === type).map(({ value }) => value);
  return { subject, commonName: valuesOf('CN').at(-1) ?? '', organizations: valuesOf('O'), names };
}

function readSubject(name: DerValue | undefined): SubjectPart[] | undefined {
  const parts: SubjectPart[] = [];
  const sets = within(name)?.map((set) => derValues(set.content));
  if (!sets) return undefined;
  for (const attributes of sets) {
    if (!attributes) return undefined;
    for (const attribute of attributes) {
      const [oid, text] = within(attribute) ?? [];
      if (!oid || !text) return undefined;
      const type = subjectTypeOf.get(oid.content);
      if (type === undefined) continue;
      const value = textOf(text);
      if (value === undefined) return undefined;
      parts.push({ type, value });
    }
  }
  return parts;
}

/** The text of a value, whatever its encoding: nobody hides a name by another one. */
function textOf({ tag, content }: DerValue): string | undefined {
  switch (tag) {
    case 0x0c: // UTF8String
      return utf8(content);
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x16: // IA5String
      return isAscii(content) ? content : undefined;
    case 0x14: // T61String, which Go takes for Latin 1
      return content;
    case 0x1e: // BMPString
      return utf16(content);
    default:
      return undefined;
  }
}

const bytesOf = (content: string): Uint8Array => Uint8Array.from(content, (character) => character.charCodeAt(0));
const isAscii = (content: string): boolean => /^\p{ASCII}*$/u.test(content);

function utf8(content: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(content));
  } catch {
    return undefined;
  }
}

/** Big-endian. Go leaves out a zero at the end. */
function utf16(content: string): string | undefined {
  if (content.length % 2 !== 0) return undefined;
  const units = Array.from({ length: content.length / 2 }, (_, i) => content.charCodeAt(2 * i) * 256 + content.charCodeAt(2 * i + 1));
  if (units.at(-1) === 0) units.pop();
  return String.fromCharCode(...units);
}

/** The names in the request's extensions. Of several such extensions the last one counts, as with Go. */
function readNames(attributes: DerValue | undefined): AlternativeName[] | undefined {
  if (!attributes) return [];
  let names: AlternativeName[] | undefined = [];
  for (const attribute of derValues(attributes.content) ?? []) {
    const [oid, values] = within(attribute) ?? [];
    if (oid?.content !== extensionRequest) continue;
    const [extensions] = derValues(values?.content ?? '') ?? [];
    for (const extension of within(extensions) ?? []) {
      const [id, ...rest] = within(extension) ?? [];
      const value = rest.at(-1);
      if (id?.content !== subjectAltName) continue;
      if (value?.tag !== octetString) return undefined;
      names = readGeneralNames(value.content);
      if (!names) return undefined;
    }
  }
  return names;
}

function readGeneralNames(der: string): AlternativeName[] | undefined {
  const [list] = derValues(der) ?? [];
  const names: AlternativeName[] = [];
  for (const { tag, content } of within(list) ?? []) {
    const name = nameOf(tag, content);
    if (name === 'wrong') return undefined;
    if (name) names.push(name);
  }
  return list ? names : undefined;
}

/** Other kinds of names are left out, as with Go. */
function nameOf(tag: number, content: string): AlternativeName | 'wrong' | undefined {
  const type = ({ 0x81: 'email', 0x82: 'dns', 0x86: 'url' } as const)[tag];
  if (type) return isAscii(content) ? { type, value: content } : 'wrong';
  if (tag !== 0x87) return undefined;
  if (content.length !== 4 && content.length !== 16) return 'wrong';
  return { type: 'ip', value: ipaddr.fromByteArray([...bytesOf(content)]).toString() };
}
