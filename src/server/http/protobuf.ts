import { listSchemaOf } from '../../machinery/openapi/common.ts';
import { createProtobufCodec } from '../../machinery/protobuf/codec.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import { protobufFacts } from '../../resources/protobuf/index.ts';
import type { Encoding } from './accept.ts';

/** Protobuf for the built-in kinds. */
export const protobuf = createProtobufCodec(protobufFacts);

const textual: readonly Encoding[] = ['json', 'yaml'];

/** Every encoding that there is. */
export const allEncodings: readonly Encoding[] = [...textual, 'protobuf'];

/** The encodings in which objects with that schema are served. */
export const encodingsOf = (schema: ObjectSchema): readonly Encoding[] => (protobuf.knows(schema) ? allEncodings : textual);

const listSchemas = new WeakMap<ObjectSchema, ObjectSchema>();

/** The schema of the list of a kind: always the same one, because the codec knows schemas by identity. */
export function listSchema(schema: ObjectSchema): ObjectSchema {
  let list = listSchemas.get(schema);
  if (!list) listSchemas.set(schema, (list = listSchemaOf(schema)));
  return list;
}
