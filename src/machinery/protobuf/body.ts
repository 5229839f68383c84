import type { BodyKind } from '../decode.ts';
import type { Plain } from '../plain.ts';
import { badRequest } from '../status.ts';
import type { ProtobufCodec } from './codec.ts';
import type { Envelope } from './envelope.ts';
import { MalformedProtobuf } from './reader.ts';

/**
 * A body of protobuf as the value that its sender would have put into JSON, for `decodeValue` to check. Fields with unknown
 * numbers are dropped without a word, whatever the field validation, as upstream does. Throws 400 BadRequest with upstream's
 * message.
 */
export function parseProtobufBody(codec: ProtobufCodec, kind: BodyKind, data: Uint8Array): Plain {
  const { typeMeta, message } = opened(codec, kind, data);
  const given = { apiVersion: typeMeta.apiVersion || kind.apiVersion, kind: typeMeta.kind || kind.kind };
  // The fields of another kind mean nothing here; the check of the kind comes later, for all encodings.
  if (given.kind !== kind.kind) return given;
  try {
    return { ...given, ...codec.decode(kind.schema, message) };
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    const version = given.apiVersion.slice(given.apiVersion.indexOf('/') + 1);
    throw badRequest(`${given.kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: ${error.message}`);
  }
}

function opened(codec: ProtobufCodec, kind: BodyKind, data: Uint8Array): Envelope {
  try {
    return codec.open(data);
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${error.message} (${summaryOf(data)})`);
  }
}

const summaryBytes = 30;

/** The first bytes of a body, in hexadecimal. */
function summaryOf(data: Uint8Array): string {
  if (data.length === 0) return '<empty>';
  const shown = Array.from(data.subarray(0, summaryBytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return data.length > summaryBytes ? `${shown} ...` : shown;
}
