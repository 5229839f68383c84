import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { AnyResource } from '../../src/machinery/resource.ts';
import { builtinResources } from '../../src/resources/index.ts';

export interface Example {
  resource: AnyResource;
  /** As a client sends it; a copy of one's own. */
  object(): KubeObject;
  /** Its collection, in the namespace `default` where it has one. */
  collection: string;
  path: string;
}

/** One good object of every built-in kind that can be created, in every version in which it is served. */
export const examples: readonly Example[] = parseAllDocuments(
  readFileSync(new URL('examples.yaml', import.meta.url), 'utf8'),
).map((document) => {
  const object = document.toJS() as KubeObject;
  const resource = builtinResources.find(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind);
  if (!resource) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
  const group = resource.group ? `/apis/${resource.apiVersion}` : `/api/${resource.version}`;
  const collection = `${group}${resource.namespaced ? '/namespaces/default' : ''}/${resource.plural}`;
  return { resource, object: () => structuredClone(object), collection, path: `${collection}/${object.metadata.name}` };
});
