/** Objects as webhooks and policies see them: in the version that they asked for, without what the server has yet to say. */
import { decodeValue } from '../machinery/decode.ts';
import type { KubeObject, ObjectMeta } from '../machinery/meta.ts';
import { copyPlain, isPlain, type Plain } from '../machinery/plain.ts';
import type { AnyResource, ScaleSubresource } from '../machinery/resource.ts';
import { scaleOf } from '../machinery/scale.ts';
import { badRequest, internalError, StatusError } from '../machinery/status.ts';
import { fromStored, toStored } from '../machinery/versions.ts';
import type { Attributes } from './plugin.ts';

/** A group, version and kind. */
export interface Kind {
  group: string;
  version: string;
  kind: string;
}

/** The kind of what a request carries: that of the resource, or of the body of a subresource (Binding, Eviction, …). */
export function kindOf(attributes: Attributes, target: AnyResource): Kind {
  const { object, resource } = attributes;
  if (scaleRules(attributes)) return { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  if (!object || isOwnKind(object, resource)) return { group: target.group, version: target.version, kind: target.kind };
  const slash = object.apiVersion.indexOf('/');
  return {
    group: object.apiVersion.slice(0, Math.max(slash, 0)),
    version: object.apiVersion.slice(slash + 1),
    kind: object.kind,
  };
}

/** Who scales writes the workload, but speaks of a Scale. */
const scaleRules = ({ resource, subresource }: Attributes): ScaleSubresource<KubeObject> | undefined =>
  subresource === 'scale' ? resource.scale : undefined;

const isOwnKind = (object: KubeObject, resource: AnyResource) => object.kind === resource.kind;

/** The name that the request has; none while it has yet to be generated, or if it deletes a collection. */
export const nameOf = (attributes: Attributes): string =>
  attributes.isOfCollection || isUnnamed(attributes) ? '' : attributes.name;

/** Only before the kind prepares an object that is created, attributes have what its name is generated from. */
const isUnnamed = ({ object, operation, subresource, name }: Attributes) =>
  operation === 'CREATE' && subresource === '' && object !== undefined && object.metadata.name !== name;

/** A private copy of the new object in the version of `target`; `isEarly` before the kind has prepared it. */
export function viewOfObject(attributes: Attributes, target: AnyResource, isEarly: boolean): KubeObject | undefined {
  const { object, resource, operation, subresource } = attributes;
  if (!object) return undefined;
  const scale = scaleRules(attributes);
  if (scale) return scaleOf(scale, object);
  const view = copyPlain(isOwnKind(object, resource) ? inVersion(target, resource, object) : object);
  if (!isEarly || operation !== 'CREATE' || subresource !== '') return view;
  const metadata: Partial<ObjectMeta> = view.metadata;
  for (const field of saidLater) delete metadata[field];
  if (isUnnamed(attributes)) delete metadata.name;
  return view;
}

/** What the server adds to a new object after it was mutated. */
const saidLater = ['uid', 'creationTimestamp', 'generation'] as const;

export function viewOfOld(attributes: Attributes, target: AnyResource): KubeObject | undefined {
  const { oldObject, resource } = attributes;
  const scale = scaleRules(attributes);
  if (!oldObject) return undefined;
  return scale ? scaleOf(scale, oldObject) : copyPlain(inVersion(target, resource, oldObject));
}

/** An object of `from`, or as it is stored, in the version of `target`. */
function inVersion(target: AnyResource, from: AnyResource, object: KubeObject): KubeObject {
  if (!target.storedForm) return fromStored(target, object);
  if (object.apiVersion === target.apiVersion) return object;
  const stored = object.apiVersion === from.apiVersion ? from.storedForm?.toStored(object) : undefined;
  return target.storedForm.fromStored(stored ?? object);
}

/** The way back. */
function inVersionOf(from: AnyResource, target: AnyResource, object: KubeObject): KubeObject {
  if (!target.storedForm || !from.storedForm || target.apiVersion === from.apiVersion) return toStored(target, object);
  return from.storedForm.fromStored(target.storedForm.toStored(object));
}

/**
 * Makes the object of the attributes what somebody made of its view, in place. Unknown fields are dropped, or refused if it
 * `isStrict` and the kind is built in, and defaults filled in. Throws 500 for what is no object of its kind or of another
 * name, 400 for another namespace.
 */
export function putBack(attributes: Attributes, target: AnyResource, mutated: Plain, isStrict = false): void {
  const { object, resource } = attributes;
  if (!object) throw internalError('there is no object to be changed');
  const scale = scaleRules(attributes);
  if (scale) return scale.setSpecReplicas(object, replicasIn(mutated));
  const next = isOwnKind(object, resource)
    ? inVersionOf(resource, target, decoded(target, mutated, isStrict))
    : (mutated as unknown as KubeObject);
  const metadata: Partial<ObjectMeta> = (next.metadata ??= {} as ObjectMeta);
  const before = object.metadata;
  metadata.name ||= before.name;
  if (metadata.name !== before.name) throw internalError(`the name of the object may not be changed by admission`);
  if ((metadata.namespace ?? before.namespace) !== before.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (attributes.operation === 'CREATE' && attributes.subresource === '')
    for (const field of saidLater) if (before[field] !== undefined) Object.assign(metadata, { [field]: before[field] });
  if (isOwnKind(object, resource)) resource.strategy.defaults?.(next);
  become(object, next);
}

/** All that can be changed by a Scale. */
function replicasIn({ spec }: Plain): number {
  const replicas = isPlain(spec) ? (spec.replicas ?? 0) : 0;
  if (typeof replicas === 'number' && Number.isInteger(replicas) && replicas >= 0) return replicas;
  throw internalError('spec.replicas of a Scale must be a whole number of 0 or more');
}

const asKind = /^\w+ in version "[^"]*" cannot be handled as a \w+: (?=json: |strict )/;

function decoded(target: AnyResource, value: Plain, isStrict: boolean): KubeObject {
  // Unknown fields of custom resources are pruned, whoever wrote them.
  const fieldValidation = isStrict && !target.storedForm ? 'Strict' : 'Ignore';
  try {
    return copyPlain(decodeValue<KubeObject>(target, value, { fieldValidation })) as KubeObject;
  } catch (error) {
    // What the kind is goes without saying here.
    throw error instanceof StatusError ? internalError(error.message.replace(asKind, '')) : error;
  }
}

/** In place, metadata too: verbs hold on to both. */
function become(object: KubeObject, next: KubeObject): void {
  const { metadata } = object;
  replaceFields(metadata, next.metadata);
  replaceFields(object, { ...next, metadata });
}

function replaceFields(target: object, source: object): void {
  const own = target as Plain;
  for (const key of Object.keys(own)) if (!Object.hasOwn(source, key)) delete own[key];
  Object.assign(own, source);
}
