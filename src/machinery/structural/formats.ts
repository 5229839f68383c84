/** The formats of texts that schemas can name (kube-openapi's strfmt). Hyphens in their names do not count. */
import ipaddr from 'ipaddr.js';
import type { JSONSchemaProps } from './schema.ts';

// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0020\u007f]/;

const matches = (pattern: RegExp) => (text: string) => pattern.test(text);

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  uri: isRequestUri,
  email: matches(/^(?:[^<>@\s]+@[^<>@\s]+|[^<>]*<[^<>@\s]+@[^<>@\s]+>)$/),
  hostname: isHostname,
  ipv4: (text) => ipaddr.IPv4.isValidFourPartDecimal(withoutLeadingZeros(text)) || isMappedIPv4(text),
  ipv6: (text) => text.includes(':') && ipaddr.IPv6.isValid(text) && !text.includes('%'),
  cidr: (text) => ipaddr.isValidCIDR(withoutLeadingZeros(text)) && text.includes('/'),
  mac: matches(
    /^(?:[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2}){4}(?:(?:\1[0-9a-fA-F]{2}){2}|(?:\1[0-9a-fA-F]{2}){14})?)|(?:[0-9a-fA-F]{4}\.){2}(?:[0-9a-fA-F]{4}\.)?(?:(?:[0-9a-fA-F]{4}\.){6})?[0-9a-fA-F]{4})$/,
  ),
  uuid: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid3: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid4: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: matches(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: isRgbColor,
  byte: (text) => text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text),
  k8slongname: (text) => text.length <= 253 && text.split('.').every((part) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(part)),
};

const normalized = (format: string): string => format.replaceAll('-', '');

const numberFormats: Readonly<Record<string, readonly string[]>> = { integer: ['int32', 'int64'], number: ['float', 'double'] };

/** Whether the format says something about values of the schema's type. What it does not is ignored, with a warning. */
export function isKnownFormat({ type, format = '', ...schema }: JSONSchemaProps): boolean {
  const one = schema['x-kubernetes-int-or-string'] ? '' : (type ?? '');
  if (one === '' || one === 'string') return Object.hasOwn(formats, normalized(format));
  return numberFormats[one]?.includes(format) ?? false;
}

/** The format that counts; '' for none. */
export const formatOf = (schema: JSONSchemaProps): string => (schema.format && isKnownFormat(schema) ? schema.format : '');

/** Whether a text is of a known format. */
export const isOfFormat = (format: string, text: string): boolean => formats[normalized(format)]?.(text) ?? true;

function isRequestUri(text: string): boolean {
  if (text === '' || unprintable.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  return text.startsWith('/') || /^[a-zA-Z][a-zA-Z0-9+.-]*:./.test(text);
}

function isHostname(text: string): boolean {
  if (text.length > 255) return false;
  const labels = text.split('.');
  const letter = '[a-zA-Z0-9\\p{S}\\p{L}]';
  const label = new RegExp(`^${letter}(?:[a-zA-Z0-9\\-\\p{S}\\p{L}]{0,61}${letter})?$`, 'u');
  if (labels.length === 1) return new RegExp(`^${letter}(?:-?${letter}{0,62})?$`, 'u').test(text);
  return labels.slice(0, -1).every((each) => label.test(each)) && /^[a-zA-Z\p{L}]{2,63}$/u.test(labels.at(-1)!);
}

/** Go once took numbers with leading zeros for decimal ones, and schemas may rely on it. */
const withoutLeadingZeros = (text: string): string => text.replace(/(^|\.)0+(?=\d)/g, '$1');

const isMappedIPv4 = (text: string): boolean => text.includes('.') && text.includes(':') && ipaddr.IPv6.isValid(text);

const digitsOf = (text: string): string => text.replace(/[\s-]/g, '');

function isIsbn10(text: string): boolean {
  const digits = digitsOf(text);
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + (i + 1) * (digit === 'X' ? 10 : Number(digit)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = digitsOf(text);
  return /^\d{13}$/.test(digits) && [...digits].reduce((total, digit, i) => total + (i % 2 ? 3 : 1) * Number(digit), 0) % 10 === 0;
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (
    !/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/.test(digits)
  )
    return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function isRgbColor(text: string): boolean {
  const parts = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text);
  return parts !== null && parts.slice(1).every((part) => Number(part) <= 255);
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!parts) return false;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  const parts = /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/.exec(time ?? '');
  return parts !== null && isDate(date) && parts[1]! <= '23' && parts[2]! <= '59' && parts[3]! <= '59';
}

/** As Go's durations (`1h30m`), or in words (`3 days`), in which case anything around them is passed over. */
function isDuration(text: string): boolean {
  if (/^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) return true;
  const units = /^(?:ns|us|µs|ms|s|m|h|d|w|hr|wk|nano.*|micro.*|milli.*|sec.*|min.*|hour.*|day.*|week.*)$/i;
  return [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, unit = '']) => units.test(unit));
}
