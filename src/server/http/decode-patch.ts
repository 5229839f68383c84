import { decodePatch as parsePatch, decodePatched, type BodyKind, type DecodeOptions } from '../../machinery/decode.ts';
import { withoutManagedFields, type KubeObject } from '../../machinery/meta.ts';
import { applyJsonPatch } from '../../machinery/patch/json.ts';
import { applyMergePatch } from '../../machinery/patch/merge.ts';
import { applyStrategicMergePatch } from '../../machinery/patch/strategic.ts';
import { copyPlain } from '../../machinery/plain.ts';
import { mediaTypeOf, readBody, unsupportedMediaType } from './body.ts';
import type { ResourceRequest } from './request.ts';

/** Makes an object of a stored one, which it does not change; the result is private. Throws 400, 413, 422. */
export type Patch = (current: KubeObject) => KubeObject;

type Apply = (kind: BodyKind, current: KubeObject, patch: unknown) => unknown;

const strategicType = 'application/strategic-merge-patch+json';

const patchTypes: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['application/json-patch+json', (_, current, patch) => applyJsonPatch(current, patch)],
  ['application/merge-patch+json', (_, current, patch) => applyMergePatch(current, patch)],
  [strategicType, ({ schema }, current, patch) => applyStrategicMergePatch(schema, current, patch)],
]);

/** Server-side apply, which is no patch of what is there. */
export const applyPatchType = 'application/apply-patch+yaml';

/** The type of a patch. Throws 415 for one that is not served; before anything else is looked at: options depend on it. */
export function patchTypeOf({ http, resource }: Pick<ResourceRequest, 'http' | 'resource'>): string {
  const type = mediaTypeOf(http.headers.get('content-type'));
  // Nothing tells how lists of custom resources are merged strategically.
  const served = [...patchTypes.keys(), applyPatchType].filter((each) => each !== strategicType || !resource.schema.structural);
  if (!served.includes(type)) throw unsupportedMediaType(served);
  return type;
}

/** The patch in a request's body, by its content type. Throws 400, 413, 415. */
export async function decodePatch(
  request: Pick<ResourceRequest, 'http'>,
  kind: BodyKind,
  options: DecodeOptions,
): Promise<Patch> {
  const apply = patchTypes.get(mediaTypeOf(request.http.headers.get('content-type')));
  if (!apply) throw unsupportedMediaType([...patchTypes.keys()]);
  const text = await readBody(request.http);
  const { patch, problems } = parsePatch(text, options);
  // They are large, and patches of them are rare.
  const patchesManagers = text.includes('managedFields');
  return (current) => {
    // A copy, because what a patch leaves alone is shared between its input and its result.
    const patched = apply(kind, copyPlain(patchesManagers ? current : withoutManagedFields(current)), patch);
    return decodePatched(kind as BodyKind<KubeObject>, patched, options, problems);
  };
}
