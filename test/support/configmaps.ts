import type { KubeObject } from '../../src/machinery/meta.ts';
import type { CommitRow } from '../../src/storage/backend.ts';
import type { Entry, ObjectKey } from '../../src/storage/store.ts';

export interface ConfigMap extends KubeObject {
  data: Record<string, string>;
}

export const keyOf = (name: string, namespace = 'default', resource = 'configmaps'): ObjectKey => ({ resource, namespace, name });

/** A ConfigMap as a client would send it, accepted: it has a uid, but no resourceVersion. */
export function configMap(name: string, value = '', namespace = 'default'): ConfigMap {
  const metadata = { name, namespace, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata as ConfigMap['metadata'], data: { value } };
}

export const valueOf = (entry: Entry | undefined): string | undefined => (entry?.object as ConfigMap | undefined)?.data.value;

/** A line for `Backend.commit`. */
export function row(revision: number, type: CommitRow['type'], name: string, more: Partial<CommitRow> = {}): CommitRow {
  const key = keyOf(name, more.namespace, more.resource);
  const text = JSON.stringify(configMap(name, `at ${revision}`, key.namespace));
  return { ...key, revision, type, uid: `uid-${name}`, previousRevision: 0, text, ...more };
}
