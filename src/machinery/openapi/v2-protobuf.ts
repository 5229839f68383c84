/**
 * The OpenAPI v2 document as protobuf, the only form in which kubectl asks for it. The messages and their numbers are
 * those of gnostic's openapiv2; of each there is what our documents use, anything else is an error.
 */
import { ReverseWriter } from '../protobuf/writer.ts';
import type { Json } from './schemas.ts';

const varintType = 0;
const fixed64Type = 1;
const lengthType = 2;

/** Writes a field: its value, then its number, since the writer goes from the end to the start. */
type FieldWriter = (writer: ReverseWriter, number: number, value: unknown) => void;
/** The fields of a message by their names in JSON. `extensions` is the number for the `x-` ones. */
interface Message {
  fields: Readonly<Record<string, readonly [number: number, write: FieldWriter]>>;
  extensions?: number;
}

function nested(writer: ReverseWriter, number: number, body: () => void): void {
  const before = writer.size;
  body();
  writer.lengthSince(before);
  writer.tag(number, lengthType);
}

const string: FieldWriter = (writer, number, value) => {
  writer.string(value as string);
  writer.tag(number, lengthType);
};
const integer: FieldWriter = (writer, number, value) => {
  writer.varint(value as number);
  writer.tag(number, varintType);
};
const double: FieldWriter = (writer, number, value) => {
  writer.double(value as number);
  writer.tag(number, fixed64Type);
};
const bool: FieldWriter = (writer, number, value) => {
  writer.varint(value ? 1 : 0);
  writer.tag(number, varintType);
};
const many =
  (each: FieldWriter): FieldWriter =>
  (writer, number, values) =>
    (values as unknown[]).toReversed().forEach((value) => each(writer, number, value));
const strings = many(string);
/** A value of any form is text in YAML, which JSON is. */
const any: FieldWriter = (writer, number, value) => nested(writer, number, () => string(writer, 2, JSON.stringify(value)));
/** A message is named by a function, because messages hold each other. */
const message =
  (of: () => Message): FieldWriter =>
  (writer, number, value) =>
    nested(writer, number, () => writeMessage(writer, of(), value as Json));
/** A message whose only field is this one. */
const wrapped =
  (inner: number, write: FieldWriter): FieldWriter =>
  (writer, number, value) =>
    nested(writer, number, () => write(writer, inner, value));
/** A map: pairs of name and value, in one message for each. */
const named =
  (write: FieldWriter): FieldWriter =>
  (writer, number, map) => {
    for (const [name, value] of Object.entries(map as Json).toReversed())
      nested(writer, number, () => {
        write(writer, 2, value);
        string(writer, 1, name);
      });
  };
const namedAny = named(any);

function writeMessage(writer: ReverseWriter, { fields, extensions }: Message, object: Json): void {
  for (const [name, value] of Object.entries(object).toReversed()) {
    if (value === undefined) continue;
    const field = fields[name];
    if (field) field[1](writer, field[0], value);
    else if (extensions !== undefined && name.startsWith('x-')) namedAny(writer, extensions, { [name]: value });
    else throw new Error(`no number is known for ${name} in OpenAPI v2 as protobuf`);
  }
}

const schema = message(() => schemaMessage);
const additionalProperties: FieldWriter = (writer, number, value) =>
  nested(writer, number, () => (typeof value === 'boolean' ? bool(writer, 2, value) : schema(writer, 1, value)));
/** One type is the usual case; the message has room for several. */
const type: FieldWriter = (writer, number, value) =>
  nested(writer, number, () => strings(writer, 1, Array.isArray(value) ? value : [value]));

const externalDocs: Message = { fields: { description: [1, string], url: [2, string] } };

const schemaMessage: Message = {
  fields: {
    $ref: [1, string],
    format: [2, string],
    title: [3, string],
    description: [4, string],
    default: [5, any],
    multipleOf: [6, double],
    maximum: [7, double],
    exclusiveMaximum: [8, bool],
    minimum: [9, double],
    exclusiveMinimum: [10, bool],
    maxLength: [11, integer],
    minLength: [12, integer],
    pattern: [13, string],
    maxItems: [14, integer],
    minItems: [15, integer],
    uniqueItems: [16, bool],
    maxProperties: [17, integer],
    minProperties: [18, integer],
    required: [19, strings],
    enum: [20, many(any)],
    additionalProperties: [21, additionalProperties],
    type: [22, type],
    items: [23, wrapped(1, schema)],
    allOf: [24, many(schema)],
    properties: [25, wrapped(1, named(schema))],
    externalDocs: [29, message(() => externalDocs)],
    example: [30, any],
  },
  extensions: 31,
};

const bodyParameter: Message = {
  fields: { description: [1, string], name: [2, string], in: [3, string], required: [4, bool], schema: [5, schema] },
  extensions: 6,
};
/** Parameters of the query have a field more than those of the path before their type. */
const valueParameter = (typeAt: number, uniqueItemsAt: number): Message => ({
  fields: {
    required: [1, bool],
    in: [2, string],
    description: [3, string],
    name: [4, string],
    type: [typeAt, string],
    uniqueItems: [uniqueItemsAt, bool],
  },
});
const queryParameter = valueParameter(6, 20);
const pathParameter = valueParameter(5, 19);

/** ParametersItem → Parameter → BodyParameter, or NonBodyParameter → the one of its place. */
const parameterItem = wrapped(1, (writer, number, value) => {
  const place = (value as Json)['in'];
  const write =
    place === 'body'
      ? wrapped(1, message(() => bodyParameter))
      : wrapped(2, place === 'path' ? wrapped(4, message(() => pathParameter)) : wrapped(3, message(() => queryParameter)));
  write(writer, number, value);
});

const response: Message = { fields: { description: [1, string], schema: [2, wrapped(1, schema)] } };

const operation: Message = {
  fields: {
    description: [3, string],
    operationId: [5, string],
    produces: [6, strings],
    consumes: [7, strings],
    parameters: [8, many(parameterItem)],
    responses: [9, wrapped(1, named(wrapped(1, message(() => response))))],
    schemes: [10, strings],
  },
  extensions: 13,
};
const method = message(() => operation);

const pathItem: Message = {
  fields: {
    get: [2, method],
    put: [3, method],
    post: [4, method],
    delete: [5, method],
    patch: [8, method],
    parameters: [9, many(parameterItem)],
  },
};

const info: Message = { fields: { title: [1, string], version: [2, string] } };
const apiKey: Message = { fields: { type: [1, string], name: [2, string], in: [3, string], description: [4, string] } };

const document: Message = {
  fields: {
    swagger: [1, string],
    info: [2, message(() => info)],
    paths: [8, wrapped(2, named(message(() => pathItem)))],
    definitions: [9, wrapped(1, named(schema))],
    security: [12, many(wrapped(1, named(wrapped(1, strings))))],
    securityDefinitions: [13, wrapped(1, named(wrapped(2, message(() => apiKey))))],
  },
};

/** The message `Document` of an OpenAPI v2 document. Throws for a field that has no number here. */
export function openapiV2Protobuf(v2: Json): Uint8Array {
  const writer = new ReverseWriter();
  writeMessage(writer, document, v2);
  return writer.take();
}
