/**
 * What is around a message: four bytes that say what it is (`k8s` and a zero), and a `runtime.Unknown` with its type meta.
 * In a watch the events are messages by themselves, each with its length before it in four bytes, most significant first,
 * and carry objects in envelopes.
 */
import { wireTypes, MalformedProtobuf, WireReader } from './reader.ts';
import type { ReverseWriter } from './writer.ts';

const magic = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);

export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Numbers of runtime.Unknown. */
const unknownFields = { typeMeta: 1, raw: 2, contentEncoding: 3, contentType: 4 } as const;
/** Numbers of runtime.TypeMeta. */
const typeMetaFields = { apiVersion: 1, kind: 2 } as const;

/** Writes an envelope around the message that `writeMessage` writes. */
export function writeEnvelope(writer: ReverseWriter, { apiVersion, kind }: TypeMeta, writeMessage: () => void): void {
  for (const number of [unknownFields.contentType, unknownFields.contentEncoding]) {
    writer.string('');
    writer.tag(number, wireTypes.bytes);
  }
  const messageEnd = writer.size;
  writeMessage();
  writer.lengthSince(messageEnd);
  writer.tag(unknownFields.raw, wireTypes.bytes);
  const typeMetaEnd = writer.size;
  writer.string(kind);
  writer.tag(typeMetaFields.kind, wireTypes.bytes);
  writer.string(apiVersion);
  writer.tag(typeMetaFields.apiVersion, wireTypes.bytes);
  writer.lengthSince(typeMetaEnd);
  writer.tag(unknownFields.typeMeta, wireTypes.bytes);
  writer.raw(magic);
}

export interface Envelope {
  /** '' where nothing is said. */
  readonly typeMeta: TypeMeta;
  readonly message: Uint8Array;
}

/** Opens an envelope. Throws `MalformedProtobuf`. */
export function readEnvelope(data: Uint8Array): Envelope {
  if (data.length === 0) throw new MalformedProtobuf('empty data');
  if (!magic.every((byte, i) => byte === data[i]))
    throw new MalformedProtobuf(`provided data does not appear to be a protobuf message, expected prefix [${magic.join(' ')}]`);
  if (data.length === magic.length) throw new MalformedProtobuf('empty body');
  const reader = new WireReader(data, magic.length);
  let typeMeta: TypeMeta = { apiVersion: '', kind: '' };
  let message: Uint8Array = new Uint8Array();
  while (reader.position < reader.end) {
    const tag = reader.uint32();
    if (tag === bytesTag(unknownFields.typeMeta)) typeMeta = readTypeMeta(reader);
    else if (tag === bytesTag(unknownFields.raw)) message = reader.bytes();
    else reader.skip(tag & 7);
  }
  return { typeMeta, message };
}

function readTypeMeta(reader: WireReader): TypeMeta {
  const outer = reader.enter();
  let [apiVersion, kind] = ['', ''];
  while (reader.position < reader.end) {
    const tag = reader.uint32();
    if (tag === bytesTag(typeMetaFields.apiVersion)) apiVersion = reader.string();
    else if (tag === bytesTag(typeMetaFields.kind)) kind = reader.string();
    else reader.skip(tag & 7);
  }
  reader.leave(outer);
  return { apiVersion, kind };
}

const bytesTag = (number: number) => (number << 3) | wireTypes.bytes;

/** Numbers of meta.v1.WatchEvent, and of the RawExtension that holds its object. */
const eventFields = { type: 1, object: 2 } as const;
const rawField = 1;

/** Writes an event of a watch, framed, around the object that `writeObject` writes in its envelope. */
export function writeEventFrame(writer: ReverseWriter, type: string, writeObject: () => void): void {
  const end = writer.size;
  writeObject();
  writer.lengthSince(end);
  writer.tag(rawField, wireTypes.bytes);
  writer.lengthSince(end);
  writer.tag(eventFields.object, wireTypes.bytes);
  writer.string(type);
  writer.tag(eventFields.type, wireTypes.bytes);
  const length = writer.size - end;
  for (let shift = 0; shift < 32; shift += 8) writer.byte((length >>> shift) & 0xff);
}
