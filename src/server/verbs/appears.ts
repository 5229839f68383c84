import type { Awaited } from '../../admission/plugin.ts';
import { limits } from '../../lib/limits.ts';
import type { ClusterApi } from '../api.ts';
import { keyFor } from './entry.ts';

/**
 * Resolves when the object is there, or after a while (`limits.admissionWaitMs`; upstream looks ten times, 100 to 200 ms
 * apart).
 */
export async function appears({ store }: ClusterApi, { resource, namespace, name }: Awaited): Promise<void> {
  const wanted = keyFor(resource, namespace, name);
  let found = () => {};
  const until = new Promise<void>((resolve) => (found = resolve));
  const stop = store.subscribe((changes) => {
    for (const { entry, type } of changes) {
      const { key } = entry;
      if (key.name !== name || key.namespace !== wanted.namespace || key.resource !== wanted.resource) continue;
      if (type !== 'DELETED') found();
    }
  });
  const timer = setTimeout(found, limits.admissionWaitMs);
  try {
    // It may have come before anybody listened.
    if (!(await store.get(wanted))) await until;
  } finally {
    clearTimeout(timer);
    stop();
  }
}
