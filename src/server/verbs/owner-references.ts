import type { ObjectMeta } from '../../machinery/meta.ts';

const afterAdmission = ' after mutating admission happens';
const consequences = 'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24';

/**
 * Drops owner references that are there twice, with upstream's warning. What a client sends as a whole is looked at before
 * admission; what a patch makes, and what admission adds, after it.
 */
export function dropDuplicateOwners(
  metadata: Partial<ObjectMeta>,
  warnings: string[] | undefined,
  { admitted = false }: { admitted?: boolean } = {},
): void {
  const references = metadata.ownerReferences;
  if (!references || references.length < 2) return;
  const kept = new Map<string, (typeof references)[number]>();
  const dropped: string[] = [];
  for (const reference of references) {
    const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = reference;
    const key = JSON.stringify([apiVersion, kind, name, uid, controller, blockOwnerDeletion]);
    if (kept.has(key)) dropped.push(uid);
    else kept.set(key, reference);
  }
  if (dropped.length === 0) return;
  metadata.ownerReferences = [...kept.values()];
  warnings?.push(
    `.metadata.ownerReferences contains duplicate entries${admitted ? afterAdmission : ''}; ${consequences}; ` +
      `please fix your requests; duplicate UID(s) observed: ${dropped.join(', ')}`,
  );
}
