import { parseDocument } from 'yaml';
import { decodeBody, decodeValue, type BodyKind, type DecodeOptions } from '../../machinery/decode.ts';
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import { parseProtobufBody } from '../../machinery/protobuf/body.ts';
import { badRequest } from '../../machinery/status.ts';
import { bodyEncoding, readBody, readBytes } from './body.ts';
import { protobuf } from './protobuf.ts';
import type { ResourceRequest } from './request.ts';

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
      return decodeValue(bodyKind, parseYaml(await readBody(request.http), options), options);
    case 'protobuf':
      return decodeValue(bodyKind, parseProtobufBody(protobuf, kind, await readBytes(request.http)), options);
  }
}

/** Parses one YAML document. A key that appears twice is refused or warned about, as in JSON. */
export function parseYaml(text: string, options: DecodeOptions): unknown {
  const document = parseDocument(text);
  const duplicates = document.errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  if (broken) throw badRequest(`error parsing YAML: ${broken.message.split('\n', 1)[0]}`);
  if (duplicates.length > 0 && options.fieldValidation !== 'Ignore') {
    const problems = duplicates.map((error) => `line ${error.linePos?.[0].line ?? 0}: a key is already set in its map`);
    if (options.fieldValidation === 'Strict') throw badRequest(`strict decoding error: ${problems.join(', ')}`);
    options.warnings?.push(...problems);
  }
  try {
    return document.toJS();
  } catch {
    // Aliases that expand without bound.
    throw badRequest('error parsing YAML: too many aliases');
  }
}
