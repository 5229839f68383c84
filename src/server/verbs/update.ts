import type { KubeObject, ObjectMeta } from '../../machinery/meta.ts';
import { copyPlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { conflict, forbidden, notFound } from '../../machinery/status.ts';
import type { Decision, Entry, ObjectKey } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { shownIn } from '../webhooks/convert.ts';
import { attributesOf, checkAwaited } from './admission.ts';
import { consulting, type Consultation } from './consultation.ts';
import { decisionContext, type DecisionContext } from './context.ts';
import { prepareCreate } from './create.ts';
import { decideUpdate, type UpdateSubresource } from './decide-update.ts';
import { inForm, subjectOf, transientEntry } from './entry.ts';
import type { Wanted } from './managed-fields.ts';
import { dropDuplicateOwners } from './owner-references.ts';

export interface UpdateOptions extends WriteOptions {
  subresource?: UpdateSubresource;
}

export interface UpdateResult {
  entry: Entry;
  /** The object did not exist, and is created by an apply, or its kind by any update (Lease, Service, …). */
  created: boolean;
}

/**
 * Replaces an object. Takes `object` over: it may be changed. Lands only on the resourceVersion that the object carries,
 * if it carries one. Throws `StatusError` (404, 409 on a lost optimistic lock or another uid, 422) or the store's errors.
 */
export async function update(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  object: KubeObject,
  options: UpdateOptions,
): Promise<Entry> {
  return (await updateOrCreate(api, resource, key, object, options)).entry;
}

/** As `update`, telling whether the object was created. */
export function updateOrCreate(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  object: KubeObject,
  options: UpdateOptions,
): Promise<UpdateResult> {
  dropDuplicateOwners(object.metadata, options.warnings);
  const mayCreate = resource.strategy.createsOnUpdate === true && options.subresource === undefined;
  return write(api, resource, key, () => ({ object }), options, mayCreate);
}

/**
 * Changes an object by what `change` makes of its current state: a patch, or the part that a subresource shows. `change`
 * runs inside the store's decision, so it cannot lose a race. It gets the shared current object and returns a private
 * one; a `resourceVersion` or `uid` that it returns is a precondition.
 */
export async function updateWith(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  change: (current: KubeObject) => KubeObject,
  options: UpdateOptions,
): Promise<Entry> {
  const wanted = (current: KubeObject | undefined): Wanted => ({ object: change(current!) });
  return (await write(api, resource, key, wanted, options, false)).entry;
}

/**
 * What all of these come to: writes what `change` makes of the current object. Without one, `change` is only asked if the
 * write may create.
 */
export function write(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  change: (current: KubeObject | undefined) => Wanted,
  options: UpdateOptions,
  mayCreate: boolean,
): Promise<UpdateResult> {
  return consulting(api, options, (consultation) => attempt(api, resource, key, change, options, { mayCreate, consultation }));
}

async function attempt(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  change: (current: KubeObject | undefined) => Wanted,
  options: UpdateOptions,
  { mayCreate, consultation }: { mayCreate: boolean; consultation: Consultation },
): Promise<UpdateResult> {
  let created = false;
  let unstored: Entry | undefined;
  const entry = await api.store.write(key, (stored, pending) => {
    const current = stored && inForm(resource, stored);
    const context = decisionContext(api, pending, options, consultation);
    const wanted = context.mayRepeat ? copyOf(change) : change;
    const decision =
      current === undefined
        ? decideCreateOnUpdate(resource, key, mayCreate ? wanted : undefined, context)
        : decideUpdate(resource, current, wanted(current.object), options.subresource, context);
    created = current === undefined;
    if (!options.dryRun) return inStoredForm(resource, stored, decision);
    if (decision.type === 'keep') return decision;
    // Nothing was stored, so the revision is still the old one.
    if (current) decision.object.metadata.resourceVersion = String(current.revision);
    unstored = transientEntry(key, decision.object, current?.revision);
    return { type: 'keep' };
  }, options);
  const result = unstored ?? (entry && (await shownIn(api, resource, entry)));
  if (result === undefined) throw notFound(subjectOf(resource, key.name));
  return { entry: result, created };
}

/**
 * What is to be stored. An object that is stored in an older version is written anew even by an update that changes nothing:
 * that is how storage is migrated.
 */
function inStoredForm({ storedForm }: AnyResource, stored: Entry | undefined, decision: Decision): Decision {
  if (!storedForm) return decision;
  if (decision.type !== 'keep') return { ...decision, object: storedForm.toStored(decision.object) };
  if (!stored || stored.object.apiVersion === storedForm.apiVersion) return decision;
  const { resourceVersion: _, ...metadata } = stored.object.metadata;
  return { type: 'put', object: storedForm.toStored({ ...stored.object, metadata } as KubeObject) };
}

const copyOf =
  (change: (current: KubeObject | undefined) => Wanted) =>
  (current: KubeObject | undefined): Wanted => {
    const wanted = change(current);
    return { ...wanted, object: copyPlain(wanted.object) };
  };

function decideCreateOnUpdate(
  resource: AnyResource,
  key: ObjectKey,
  change: ((current: undefined) => Wanted) | undefined,
  context: DecisionContext,
): Decision {
  const subject = subjectOf(resource, key.name);
  if (!change) throw notFound(subject);
  const wanted = change(undefined);
  const metadata: Partial<ObjectMeta> = wanted.object.metadata;
  if (metadata.uid) throw conflict(subject, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: `);
  if (metadata.resourceVersion) throw conflict(subject);
  delete metadata.resourceVersion;
  checkAwaited(attributesOf(resource, key, { operation: 'CREATE', object: wanted.object }, context), context);
  prepareCreate(resource, wanted, context);
  checkMayCreate(resource, key, context);
  return { type: 'put', object: wanted.object, also: context.also };
}

/** Who was let in to update or patch may not therefore create. Throws 403. */
function checkMayCreate({ group, version, plural }: AnyResource, key: ObjectKey, context: DecisionContext): void {
  const { user } = context.options;
  if (!user) return;
  const { namespace, name } = key;
  const attributes = { user, verb: 'create', group, version, resource: plural, subresource: '', namespace, name };
  const { decision, reason } = context.authorizer.authorize(attributes, context.committed);
  if (decision !== 'allow') throw forbidden({ group, resource: plural, name }, reason);
}
