import { decodePatch as parsePatch, decodePatched, type BodyKind, type DecodeOptions } from '../../machinery/decode.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { applyJsonPatch } from '../../machinery/patch/json.ts';
import { applyMergePatch } from '../../machinery/patch/merge.ts';
import { applyStrategicMergePatch } from '../../machinery/patch/strategic.ts';
import { StatusError } from '../../machinery/status.ts';
import { copyPlain } from '../../machinery/plain.ts';
import { mediaTypeOf, readBody, unsupportedMediaType } from './body.ts';
import type { ResourceRequest } from './request.ts';

/** Makes an object of a stored one, which it does not change; the result is private. Throws 400, 413, 422. */
export type Patch = (current: KubeObject) => KubeObject;

type Apply = (kind: BodyKind, current: KubeObject, patch: unknown) => unknown;

const patchTypes: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['application/json-patch+json', (_, current, patch) => applyJsonPatch(current, patch)],
  ['application/merge-patch+json', (_, current, patch) => applyMergePatch(current, patch)],
  ['application/strategic-merge-patch+json', ({ schema }, current, patch) => applyStrategicMergePatch(schema, current, patch)],
]);

/** Refuses types of patches that are not served. Throws 415. Before anything else is looked at: options depend on it. */
export function checkPatchType({ http }: Pick<ResourceRequest, 'http'>): void {
  const type = mediaTypeOf(http.headers.get('content-type'));
  if (type === 'application/apply-patch+yaml')
    throw new StatusError(
      'UnsupportedMediaType',
      'server-side apply is not served yet; use client-side apply or a patch of another type',
    );
  if (!patchTypes.has(type)) throw unsupportedMediaType([...patchTypes.keys()]);
}

/** The patch in a request's body, by its content type. Throws 400, 413, 415. */
export async function decodePatch(
  request: Pick<ResourceRequest, 'http'>,
  kind: BodyKind,
  options: DecodeOptions,
): Promise<Patch> {
  const apply = patchTypes.get(mediaTypeOf(request.http.headers.get('content-type')));
  if (!apply) throw unsupportedMediaType([...patchTypes.keys()]);
  const { patch, problems } = parsePatch(await readBody(request.http), options);
  return (current) => {
    // A copy, because what a patch leaves alone is shared between its input and its result.
    const patched = apply(kind, copyPlain(current), patch);
    return decodePatched(kind as BodyKind<KubeObject>, patched, options, problems);
  };
}
