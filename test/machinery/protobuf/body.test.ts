import { expect, it } from 'vitest';
import { decodeValue } from '../../../src/machinery/decode.ts';
import { parseProtobufBody } from '../../../src/machinery/protobuf/body.ts';
import { createProtobufCodec } from '../../../src/machinery/protobuf/codec.ts';
import { ReverseWriter } from '../../../src/machinery/protobuf/writer.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { protobufFacts } from '../../../src/resources/protobuf/index.ts';
import { bytesOf, hex } from './support.ts';

const codec = createProtobufCodec(protobufFacts);
const decodeBytes = (data: Uint8Array) => decodeValue(configMaps, parseProtobufBody(codec, configMaps, data));
const decode = (text: string) => decodeBytes(bytesOf(text));

const configMap = '0a 0f 0a 02 "v1" 12 09 "ConfigMap"';
const named = '12 05 0a 03 0a 01 "a"';

it.each([
  ['whole', `"k8s" 00 ${configMap} ${named}`],
  ['without type meta', `"k8s" 00 ${named}`],
])('a body %s', (_, text) => {
  expect(decode(text)).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
});

it.each([
  [
    'no protobuf',
    '"this is not protobuf, I am afraid"',
    `the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (${hex(bytesOf('"this is not protobuf, I am afr"'))} ...)`,
  ],
  ['nothing', '', 'the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)'],
  [
    'a short body',
    '"k8s" 00 12 05',
    'the object provided is unrecognized (must be of type ConfigMap): unexpected EOF (6b3873001205)',
  ],
  [
    'a short message',
    `"k8s" 00 ${configMap} 12 02 0a 05`,
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: unexpected EOF',
  ],
  [
    'another kind, whose fields would mean something else',
    '"k8s" 00 0a 0c 0a 02 "v1" 12 06 "Secret" 12 02 08 01',
    'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
  ],
  [
    'another version',
    `"k8s" 00 0a 0f 0a 02 "v2" 12 09 "ConfigMap" ${named}`,
    'the API version in the data (v2) does not match the expected API version (v1)',
  ],
])('refuses %s', (_, text, message) => {
  expect(() => decode(text)).toThrow(expect.objectContaining({ reason: 'BadRequest', message }));
});

/** A field of bytes with its length. */
function block(tag: number | number[], content: Uint8Array): Uint8Array {
  const writer = new ReverseWriter();
  writer.raw(content);
  writer.lengthSince(0);
  writer.raw(Uint8Array.from([tag].flat()));
  return writer.take();
}

it('checks values as those of JSON', () => {
  // metadata.managedFields[0].fieldsV1
  const withFields = (json: string) => {
    const fieldsV1 = block(0x3a, block(0x0a, new TextEncoder().encode(json)));
    return Uint8Array.from([...bytesOf('"k8s" 00'), ...block(0x12, block(0x0a, block([0x8a, 0x01], fieldsV1)))]);
  };
  expect(decodeBytes(withFields('{"f:data":{}}')).metadata.managedFields).toEqual([{ fieldsV1: { 'f:data': {} } }]);
  expect(() => decodeBytes(withFields('['.repeat(11_000) + ']'.repeat(11_000)))).toThrow('exceeded max depth');
});
