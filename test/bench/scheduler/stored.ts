import type { LoadedState, Row } from '../../../src/storage/backend.ts';
import { MemoryBackend } from '../../../src/storage/memory.ts';
import type { PodShape } from './cases.ts';
import { namespaces, nodeObject, podObject, replicas, replicaSetObject, time, uuid, type Stored } from './stored-objects.ts';

/** A cluster as it is after a while: nodes that report, and pods of ReplicaSets that run on them. */
export interface StoredCluster {
  readonly nodes: number;
  /** Zones of the nodes, by turns. */
  readonly zones: readonly string[];
  readonly pods: readonly { readonly count: number; readonly shape: PodShape }[];
}

/** A backend that has such a cluster and remembers nothing of what is committed: its own memory does not count. */
export class StoredBackend extends MemoryBackend {
  readonly #stored: StoredCluster;

  constructor(stored: StoredCluster) {
    super();
    this.#stored = stored;
  }

  override async load(take: (rows: readonly Row[]) => void): Promise<LoadedState> {
    let revision = 1;
    let page: Row[] = [];
    for (const object of objectsOf(this.#stored)) {
      const { metadata } = object;
      const text = JSON.stringify({ ...object, metadata: { ...metadata, resourceVersion: String(++revision) } });
      const { name, namespace = '' } = metadata as { name: string; namespace?: string };
      page.push({ resource: resourceOf(object.kind), namespace, name, revision, text: fromDatabase(text) });
      if (page.length < 1_000) continue;
      take(page);
      page = [];
    }
    take(page);
    return { epoch: 1, revision, compactedRevision: revision, settings: '{}', rows: [] };
  }

  override async commit(): Promise<void> {}
}

const resourceOf = (kind: string): string =>
  kind === 'Namespace' ? 'namespaces' : kind === 'ReplicaSet' ? 'replicasets.apps' : `${kind.toLowerCase()}s`;

/** A text as an answer of the database has it: a string that shares nothing with others. */
const fromDatabase = (text: string): string => Buffer.from(text).toString();

function* objectsOf({ nodes, zones, pods }: StoredCluster): Generator<Stored> {
  for (let i = 0; i < namespaces; i++) {
    const metadata = { name: `ns-${i}`, uid: uuid(`ns-${i}`), creationTimestamp: time(i) };
    yield { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
  }
  for (let i = 0; i < nodes; i++) yield nodeObject(i, zones[i % zones.length] ?? 'zone-1');
  let pod = 0;
  for (const { count, shape } of pods)
    for (let i = 0; i < count; i++, pod++) {
      const set = Math.floor(pod / replicas);
      if (pod % replicas === 0) yield replicaSetObject(set);
      yield podObject(pod, set, pod % nodes, shape);
    }
}
