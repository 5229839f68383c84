import { rfc3339 } from '../../lib/clock.ts';
import { nameSuffix } from '../../lib/random.ts';
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import { validateMetadata } from '../../machinery/metadata.ts';
import { copyPlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { alreadyExists, badRequest, fieldRequired, invalid, StatusError } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { shownIn } from '../webhooks/convert.ts';
import { attributesOf, checkAwaited } from './admission.ts';
import { consulting, type Consultation } from './consultation.ts';
import { decisionContext, type DecisionContext } from './context.ts';
import { keyFor, subjectOf, transientEntry } from './entry.ts';
import { writeManagedFields, type Wanted } from './managed-fields.ts';
import { dropDuplicateOwners } from './owner-references.ts';

/** How often a generated name is drawn again when it is taken, as upstream's registry. */
const nameAttempts = 8;
/** A generated name stays a label: the prefix is cut so that the suffix fits. */
const generatedPrefixLength = 58;

/**
 * Creates an object. Takes `draft` over: it may be changed. Throws `StatusError` (404 and 403 about the namespace, 409
 * when the name is taken, 422 with every cause) or the store's errors.
 */
export async function create(
  api: ClusterApi,
  resource: AnyResource,
  namespace: string,
  draft: Draft<KubeObject>,
  options: WriteOptions,
): Promise<Entry> {
  const object = acceptDraft(resource, namespace, draft);
  dropDuplicateOwners(object.metadata, options.warnings);
  const { name, generateName } = object.metadata;
  if (name) return consulting(api, options, (consultation) => createNamed(api, resource, object, options, false, consultation));
  if (!generateName)
    throw invalid({ group: resource.group, kind: resource.kind, name: '' }, [
      fieldRequired('metadata.name', 'name or generateName is required'),
    ]);
  for (let attempt = 1; ; attempt++) {
    object.metadata.name = generateName.slice(0, generatedPrefixLength) + nameSuffix(api.random);
    try {
      return await consulting(api, options, (consultation) => createNamed(api, resource, object, options, true, consultation));
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists' || attempt === nameAttempts) throw error;
    }
  }
}

async function createNamed(
  api: ClusterApi,
  resource: AnyResource,
  draft: KubeObject,
  options: WriteOptions,
  generated: boolean,
  consultation: Consultation,
): Promise<Entry> {
  const { name, namespace = '' } = draft.metadata;
  let object = draft;
  const key = keyFor(resource, namespace, name);
  const stored = resource.storedForm;
  const entry = await api.store.write(key, (current, pending) => {
    const context = decisionContext(api, pending, options, consultation);
    object = context.mayRepeat ? copyPlain(draft) : draft;
    // With a name of ours, before anything is changed: the object is used again with the next name.
    if (current && generated) throw nameTaken(resource, name);
    checkAwaited(attributesOf(resource, key, { operation: 'CREATE', object }, context), context);
    prepareCreate(resource, { object }, context, generated);
    if (current) throw taken(resource, current.object);
    return options.dryRun ? { type: 'keep' } : { type: 'put', object: stored?.toStored(object) ?? object, also: context.also };
  }, options);
  return options.dryRun || !entry ? transientEntry(key, object) : shownIn(api, resource, entry);
}

/** Removes what only the server says, and puts the object into the namespace of the request. */
function acceptDraft(resource: AnyResource, namespace: string, draft: Draft<KubeObject>): KubeObject {
  const object = draft as KubeObject;
  const metadata = (object.metadata ??= {} as KubeObject['metadata']);
  const wiped: Partial<KubeObject['metadata']> = metadata;
  delete wiped.uid;
  delete wiped.creationTimestamp;
  delete wiped.deletionTimestamp;
  delete wiped.deletionGracePeriodSeconds;
  delete wiped.generation;
  delete wiped.selfLink;
  if (metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  delete wiped.resourceVersion;
  matchNamespace(resource, namespace, object);
  return object;
}

/** The object's namespace is that of the request, or is filled in; anything else is a 400. */
export function matchNamespace(resource: Pick<AnyResource, 'namespaced'>, namespace: string, object: KubeObject): void {
  if (!resource.namespaced) delete object.metadata.namespace;
  else if (!object.metadata.namespace) object.metadata.namespace = namespace;
  else if (object.metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/**
 * Everything between an accepted draft and an object that may be stored, admission included. Changes the object; throws 422
 * with every cause, and what admission refuses with. A name that was generated is not told to plugins before it is final.
 */
export function prepareCreate(resource: AnyResource, wanted: Wanted, context: DecisionContext, generated = false): void {
  const { object } = wanted;
  const { metadata } = object;
  const { strategy } = resource;
  metadata.uid = context.random.uuid();
  metadata.creationTimestamp = rfc3339(context.now);
  if (resource.hasSpec) metadata.generation = 1;
  if (resource.hasStatus && !strategy.keepsStatusOnCreate) clearStatus(object, strategy.mayLackStatus);
  strategy.defaults?.(object);
  writeManagedFields(resource, wanted, undefined, '', context);
  const place = { namespace: metadata.namespace ?? '', name: metadata.name };
  const generateName = generated ? metadata.generateName : undefined;
  context.admission.admit(attributesOf(resource, place, { operation: 'CREATE', object, generateName }, context), context);
  dropDuplicateOwners(metadata, context.options.warnings, { admitted: true });
  strategy.prepareForCreate?.(object, context);
  const errors = [
    ...validateMetadata(metadata, resource),
    ...(strategy.allocate?.(object, undefined, context.pending, context) ?? []),
    ...(strategy.validate?.(object) ?? []),
    ...(strategy.validateCreate?.(object) ?? []),
  ];
  if (errors.length > 0) throw invalid({ group: resource.group, kind: resource.kind, name: metadata.name }, errors);
  if (strategy.warnings) context.options.warnings?.push(...strategy.warnings(object));
  context.admission.validate(attributesOf(resource, place, { operation: 'CREATE', object }, context), context);
}

function clearStatus(object: KubeObject & { status?: unknown }, mayLackStatus = false): void {
  if (mayLackStatus) delete object.status;
  else object.status = {};
}

function taken(resource: AnyResource, current: KubeObject): StatusError {
  const error = alreadyExists(subjectOf(resource, current.metadata.name));
  if (current.metadata.deletionTimestamp === undefined) return error;
  return new StatusError(error.reason, `object is being deleted: ${error.message}`, error.details);
}

function nameTaken(resource: AnyResource, name: string): StatusError {
  const error = alreadyExists(subjectOf(resource, name));
  return new StatusError(error.reason, `${error.message}, the server was not able to generate a unique name for the object`, {
    ...error.details,
    retryAfterSeconds: 1,
  });
}
