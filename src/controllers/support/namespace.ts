import type { Snapshot } from '../../machinery/reader.ts';
import { namespaces } from '../../resources/core/namespace.ts';

/** Nothing can be created any more in a namespace that is being deleted, so controllers do not try. */
export const isNamespaceTerminating = (snapshot: Snapshot, namespace: string): boolean =>
  snapshot.get(namespaces, '', namespace)?.metadata.deletionTimestamp !== undefined;
