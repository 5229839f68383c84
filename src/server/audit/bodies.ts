import type { ResourceAttributes } from '../../authz/authorizer.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import { isPlain } from '../../machinery/plain.ts';
import { parseProtobufBody } from '../../machinery/protobuf/body.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { mediaTypes } from '../http/accept.ts';
import { mediaTypeOf } from '../http/body.ts';
import { applyPatchType } from '../http/decode-patch.ts';
import { protobuf } from '../http/protobuf.ts';
import { parseYaml } from '../http/yaml.ts';

/** A request's body as it came. */
export interface ReceivedBody {
  bytes: Uint8Array;
  contentType: string | null;
}

const utf8 = new TextDecoder();

/**
 * The object in a request's body, as it was sent, before defaults and admission; a patch as it is. Undefined for what cannot be
 * read, and in protobuf for what is not of the kind that the path names.
 */
export function requestObject({ bytes, contentType }: ReceivedBody, attributes: ResourceAttributes, scheme: Scheme): unknown {
  if (bytes.length === 0) return undefined;
  const type = mediaTypeOf(contentType);
  try {
    if (type === mediaTypes.protobuf) return protobufObject(bytes, attributes, scheme);
    const text = utf8.decode(bytes);
    return type === mediaTypes.yaml || type === applyPatchType ? parseYaml(text).value : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function protobufObject(bytes: Uint8Array, { group, version, resource }: ResourceAttributes, scheme: Scheme): unknown {
  const kind = scheme.byPlural(group, version, resource);
  return kind && parseProtobufBody(protobuf, kind as BodyKind, bytes);
}

/** An object, the items of a list or the objects in a table without their managedFields. What was given is not changed. */
export function withoutManagedFields(value: unknown): unknown {
  if (!isPlain(value)) return value;
  const { metadata, items, rows } = value;
  return {
    ...value,
    ...(isPlain(metadata) && { metadata: omitted(metadata) }),
    ...(Array.isArray(items) && { items: items.map(withoutManagedFields) }),
    ...(Array.isArray(rows) &&
      rows.length > 0 && {
        rows: rows.map((row: unknown) => (isPlain(row) && 'object' in row ? { ...row, object: withoutManagedFields(row.object) } : row)),
      }),
  };
}

function omitted({ managedFields: _, ...metadata }: Record<string, unknown>): Record<string, unknown> {
  return metadata;
}
