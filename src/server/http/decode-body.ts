import { checkValueCount, decodeBody, decodeValue, type BodyKind, type DecodeOptions } from '../../machinery/decode.ts';
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import { parseProtobufBody } from '../../machinery/protobuf/body.ts';
import { badRequest } from '../../machinery/status.ts';
import { bodyEncoding, readBody, readBytes } from './body.ts';
import { protobuf } from './protobuf.ts';
import type { ResourceRequest } from './request.ts';
import { MalformedYaml, parseYaml, type ParsedYaml } from './yaml.ts';

/** The object in a request's body, a private copy. Throws 400, 413, 415. */
export async function decodeObject(
  request: Pick<ResourceRequest, 'http'>,
  kind: BodyKind,
  options: DecodeOptions,
): Promise<Draft<KubeObject>> {
  const bodyKind = kind as BodyKind<KubeObject>;
  switch (bodyEncoding(request.http, kind.schema)) {
    case 'json':
      return decodeBody(bodyKind, await readBody(request.http), options);
    case 'yaml':
      return decodeValue(bodyKind, decodeYaml(await readBody(request.http), options), options);
    case 'protobuf':
      return decodeValue(bodyKind, decodeProtobuf(kind, await readBytes(request.http)), options);
  }
}

function decodeProtobuf(kind: BodyKind, bytes: Uint8Array): unknown {
  const value = parseProtobufBody(protobuf, kind, bytes);
  checkValueCount(value, bytes.length);
  return value;
}

/** The value of one YAML document. A key that appears twice is refused or warned about, as in JSON. Throws 400. */
export function decodeYaml(text: string, { fieldValidation, warnings }: DecodeOptions): unknown {
  const { value, duplicate } = parsed(text);
  checkValueCount(value, text.length);
  if (duplicate && fieldValidation !== 'Ignore') {
    const problem = `line ${duplicate.line}: key ${JSON.stringify(duplicate.key)} already set in map`;
    if (fieldValidation === 'Strict') throw badRequest(`strict decoding error: ${problem}`);
    warnings?.push(problem);
  }
  return value;
}

function parsed(text: string): ParsedYaml {
  try {
    return parseYaml(text);
  } catch (error) {
    throw error instanceof MalformedYaml ? badRequest(`error parsing YAML: ${error.message}`) : error;
  }
}
