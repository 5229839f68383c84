import type { CustomResourceDefinition } from './customresourcedefinition.ts';

/** Fills in what follows from the rest: names, and that versions differ in nothing but their names. */
export function fillIn(crd: CustomResourceDefinition): void {
  const spec = (crd.spec ??= {} as CustomResourceDefinition['spec']);
  const { names } = spec;
  if (names) {
    names.singular ||= (names.kind ?? '').toLowerCase();
    if (names.kind) names.listKind ||= `${names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
}

/** From now on there may be objects in the storage version. */
export function noteStorageVersion(crd: CustomResourceDefinition): void {
  const storage = crd.spec.versions?.find((version) => version.storage);
  if (!storage) return;
  const stored = crd.status?.storedVersions ?? [];
  if (!stored.includes(storage.name)) crd.status = { ...crd.status, storedVersions: [...stored, storage.name] };
}
