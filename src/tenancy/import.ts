import { parseAllDocuments } from 'yaml';
import { limits } from '../lib/limits.ts';
import { invalidParts } from './problem.ts';

/** An object that somebody wants to have. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

export interface ImportedObject {
  kind: string;
  namespace?: string;
  name: string;
  result: 'created' | 'configured' | 'unchanged' | 'failed';
  message?: string;
}

/** The API of a cluster, in the name of who imports. */
export type Ask = (request: { method: string; path: string; contentType?: string; body?: string }) => Promise<{ status: number; body: string }>;

/** The objects in YAML documents (or JSON, which is YAML too), those in Lists one by one. Throws `invalid`. */
export function readManifests(text: string): Manifest[] {
  const documents = parseAllDocuments(text, { maxAliasCount: 100 } as object);
  const found: unknown[] = [];
  for (const [i, document] of [...documents].entries()) {
    const [error] = document.errors;
    if (error) throw wrong(`document ${i + 1}: ${error.message.split('\n')[0]}`);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value === null || value === undefined) continue;
    const { kind, items } = value as { kind?: unknown; items?: unknown };
    if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) found.push(...items);
    else found.push(value);
  }
  if (found.length > limits.importObjects) throw wrong(`has ${found.length} objects, ${limits.importObjects} at most go at once`);
  return found.map((value, i) => {
    if (!isManifest(value)) throw wrong(`object ${i + 1} has no apiVersion, kind and metadata.name`);
    return value;
  });
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string' && metadata.name !== '';
}

const wrong = (detail: string) => invalidParts([{ pointer: '/manifests', detail }]);

/** How often, and how far apart, the kind of a definition that was just made is asked for. */
const servedAttempts = 10;

/**
 * Applies manifests one after the other, as one field manager, each as an ordinary request. One that fails does not keep the
 * others back.
 */
export async function importManifests(
  manifests: readonly Manifest[],
  { ask, dryRun, force, pause }: { ask: Ask; dryRun: boolean; force: boolean; pause: () => Promise<void> },
): Promise<ImportedObject[]> {
  const kinds = new Kinds(ask);
  const brought = new Set(manifests.filter(({ kind }) => kind === 'CustomResourceDefinition').map((each) => kindOfDefinition(each)));
  const query = `?fieldManager=hibernetes-import&force=${force}&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
  const results: ImportedObject[] = [];
  for (const manifest of manifests) {
    const { kind, apiVersion, metadata } = manifest;
    let place = await kinds.placeOf(apiVersion, kind);
    for (let attempt = 1; !place && !dryRun && brought.has(kind) && attempt < servedAttempts; attempt++) {
      await pause();
      place = await kinds.placeOf(apiVersion, kind);
    }
    const namespace = place?.namespaced ? (metadata.namespace ?? 'default') : undefined;
    const about = { kind, ...(namespace !== undefined && { namespace }), name: metadata.name };
    if (!place) {
      results.push({ ...about, result: 'failed', message: `no matches for kind "${kind}" in version "${apiVersion}"` });
      continue;
    }
    const collection = namespace === undefined ? `${place.api}/${place.plural}` : `${place.api}/namespaces/${encodeURIComponent(namespace)}/${place.plural}`;
    const path = `${collection}/${encodeURIComponent(metadata.name)}`;
    const before = await ask({ method: 'GET', path });
    const body = JSON.stringify(manifest);
    const { status, body: answer } = await ask({ method: 'PATCH', path: path + query, contentType: 'application/apply-patch+yaml', body });
    results.push({ ...about, ...resultOf(status, answer, before) });
  }
  return results;
}

function resultOf(status: number, answer: string, before: { status: number; body: string }): Pick<ImportedObject, 'result' | 'message'> {
  const { message, metadata } = JSON.parse(answer) as { message?: string; metadata?: { resourceVersion?: string } };
  if (status >= 300) return { result: 'failed', message: (message ?? '').slice(0, 1_000) };
  if (before.status === 404) return { result: 'created' };
  const { metadata: old } = JSON.parse(before.body) as { metadata?: { resourceVersion?: string } };
  return { result: old?.resourceVersion === metadata?.resourceVersion ? 'unchanged' : 'configured' };
}

const kindOfDefinition = (manifest: Manifest): string | undefined =>
  (manifest as Manifest & { spec?: { names?: { kind?: string } } }).spec?.names?.kind;

interface Place {
  api: string;
  plural: string;
  namespaced: boolean;
}

/** Where the kinds of a cluster are, by its discovery. */
class Kinds {
  readonly #ask: Ask;
  readonly #known = new Map<string, Place>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async placeOf(apiVersion: string, kind: string): Promise<Place | undefined> {
    const key = `${apiVersion}/${kind}`;
    if (!this.#known.has(key) && /^[a-z0-9.-]+(\/[a-z0-9]+)?$/.test(apiVersion)) await this.#read(apiVersion);
    return this.#known.get(key);
  }

  async #read(apiVersion: string): Promise<void> {
    const api = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { status, body } = await this.#ask({ method: 'GET', path: api });
    if (status !== 200) return;
    const { resources } = JSON.parse(body) as { resources: { name: string; kind: string; namespaced: boolean }[] };
    for (const { name, kind, namespaced } of resources)
      if (!name.includes('/')) this.#known.set(`${apiVersion}/${kind}`, { api, plural: name, namespaced });
  }
}
