import type { ObjectMeta } from '../../machinery/meta.ts';
import { samePlain } from '../../machinery/plain.ts';

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
  const kept: typeof references = [];
  const dropped: string[] = [];
  for (const reference of references)
    if (kept.some((each) => each.uid === reference.uid && samePlain(each, reference))) dropped.push(reference.uid);
    else kept.push(reference);
  if (dropped.length === 0) return;
  metadata.ownerReferences = kept;
  warnings?.push(
    `.metadata.ownerReferences contains duplicate entries${admitted ? afterAdmission : ''}; ${consequences}; ` +
      `please fix your requests; duplicate UID(s) observed: ${dropped.join(', ')}`,
  );
}
