/** `kubernetes.format`: named formats that texts can be checked against. */
import { isDNS1035Label, isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../machinery/names.ts';
import { global, member, type Functions } from '../functions.ts';
import { listOf, objectType, optionalOf, stringType } from '../types/type.ts';
import { ArrayList } from '../values/collections.ts';
import { parseDate, parseTimestamp } from '../values/time.ts';
import { parseUrl, UrlError } from '../values/url.ts';
import { isFault, none, Opaque, Optional, type Value } from '../values/value.ts';

const formatType = objectType('kubernetes.NamedFormat');

type Validate = (text: string) => readonly string[];

class FormatValue extends Opaque {
  readonly type = formatType;
  readonly name: string;
  readonly validate: Validate;
  /** Characters of the longest pattern behind it, which is what a check costs. */
  override readonly size: number;

  constructor(name: string, size: number, validate: Validate) {
    super();
    this.name = name;
    this.size = size;
    this.validate = validate;
  }

  equals(other: Value): boolean {
    return other instanceof FormatValue && other.name === this.name;
  }
}

/** Something follows a prefix, so it may end with a dash. */
const prefix =
  (validate: Validate): Validate =>
  (text) =>
    validate(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

const only =
  (isFine: (text: string) => boolean, message: string): Validate =>
  (text) =>
    isFine(text) ? [] : [message];

function uri(text: string): readonly string[] {
  try {
    parseUrl(text);
    return [];
  } catch (error) {
    if (error instanceof UrlError) return [error.message];
    throw error;
  }
}

const uuidPattern = '(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$';
const dateTimePattern = '^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$';
const uuid = new RegExp(uuidPattern.slice('(?i)'.length), 'i');
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const isTime = (time: unknown) => time !== undefined && !isFault(time as Value);

/** By the names of the functions, with the names of the formats as they are compared. */
const formats: Readonly<Record<string, FormatValue>> = {
  dns1123Label: new FormatValue('DNS1123Label', 30, isDNS1123Label),
  dns1123Subdomain: new FormatValue('DNS1123Subdomain', 60, isDNS1123Subdomain),
  dns1035Label: new FormatValue('DNS1035Label', 30, isDNS1035Label),
  qualifiedName: new FormatValue('QualifiedName', 60, isQualifiedName),
  dns1123LabelPrefix: new FormatValue('DNS1123LabelPrefix', 30, prefix(isDNS1123Label)),
  dns1123SubdomainPrefix: new FormatValue('DNS1123SubdomainPrefix', 60, prefix(isDNS1123Subdomain)),
  dns1035LabelPrefix: new FormatValue('DNS1035LabelPrefix', 30, prefix(isDNS1035Label)),
  labelValue: new FormatValue('LabelValue', 40, isLabelValue),
  uri: new FormatValue('URI', 1103, uri),
  uuid: new FormatValue(
    'uuid',
    uuidPattern.length,
    only((text) => uuid.test(text), 'does not match the UUID format'),
  ),
  byte: new FormatValue(
    'byte',
    84,
    only((text) => base64.test(text), 'invalid base64'),
  ),
  date: new FormatValue(
    'date',
    dateTimePattern.length,
    only((text) => isTime(parseDate(text)), 'invalid date'),
  ),
  datetime: new FormatValue(
    'datetime',
    dateTimePattern.length,
    only((text) => isTime(parseTimestamp(text)), 'invalid datetime'),
  ),
};

const constants: Functions = Object.fromEntries(
  Object.entries(formats).map(([name, format]) => [`format.${name}`, [global(`format.${name}`, [], formatType, () => format)]]),
);

export const namedFormats: Functions = {
  ...constants,
  'format.named': [
    global('format-named', [stringType], optionalOf(formatType), ([name]) =>
      Object.hasOwn(formats, name as string) ? new Optional(formats[name as string]) : none,
    ),
  ],
  validate: [
    member('format-validate', [formatType, stringType], optionalOf(listOf(stringType)), ([format, text], meter) => {
      meter.work((text as string).length);
      const wrong = (format as FormatValue).validate(text as string);
      return wrong.length === 0 ? none : new Optional(new ArrayList(wrong));
    }),
  ],
};
