/**
 * `application/vnd.kubernetes.protobuf`: the second language of the API, which most programs in Go speak by default. It is
 * computed from the schemas, as everything about a kind is; field numbers are facts that come from outside.
 */
import type { Plain } from '../plain.ts';
import type { ObjectSchema } from '../schema.ts';
import { readEnvelope, writeEnvelope, writeEventFrame, type Envelope, type TypeMeta } from './envelope.ts';
import type { ProtobufFacts } from './facts.ts';
import { Messages } from './messages.ts';
import { WireReader } from './reader.ts';
import { ReverseWriter } from './writer.ts';

export const protobufMediaType = 'application/vnd.kubernetes.protobuf';

export interface ProtobufCodec {
  /** Whether objects with this schema have a form in protobuf. Custom resources have none. */
  knows(schema: ObjectSchema): boolean;
  /** An object in its envelope: the body of a request or an answer. */
  encode(schema: ObjectSchema, object: TypeMeta): Uint8Array;
  /** An event of a watch with its length before it, ready to be sent. */
  encodeEvent(schema: ObjectSchema, type: string, object: TypeMeta): Uint8Array;
  /** Opens an envelope. Throws `MalformedProtobuf`. */
  open(data: Uint8Array): Envelope;
  /** The fields of a message as JSON would have them, type meta aside. Throws `MalformedProtobuf`. */
  decode(schema: ObjectSchema, message: Uint8Array): Plain;
}

/** A codec for the types about which there are facts. */
export function createProtobufCodec(facts: ProtobufFacts): ProtobufCodec {
  const messages = new Messages(facts);
  // Nothing waits while it writes, so one buffer serves all.
  const writer = new ReverseWriter();
  const write = (schema: ObjectSchema, object: TypeMeta) =>
    writeEnvelope(writer, object, () => messages.of(schema).write(writer, object as unknown as Plain));
  const written = (writes: () => void): Uint8Array => {
    // What an encoding that failed may have left.
    writer.clear();
    writes();
    return writer.take();
  };
  return {
    knows: ({ name }) => facts(name) !== undefined,
    encode: (schema, object) => written(() => write(schema, object)),
    encodeEvent: (schema, type, object) => written(() => writeEventFrame(writer, type, () => write(schema, object))),
    open: readEnvelope,
    decode: (schema, message) => {
      const target: Plain = {};
      messages.of(schema).read(new WireReader(message), target);
      return target;
    },
  };
}
