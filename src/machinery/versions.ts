/** Kinds that are served in several versions of the API. Objects are stored in one of them and converted at the edge. */
import type { KubeObject } from './meta.ts';
import type { AnyResource, ResourceDefinition, Strategy } from './resource.ts';
import type { ObjectSchema } from './schema.ts';

/**
 * The way between a version that is served and the one that is stored. Both functions are pure; they may share parts of
 * what they are given, which may be a part of an object only: a configuration that somebody applies. They add nothing
 * that is not said, and keep what the other version has no field for (in annotations, say), so that a write in one version
 * loses nothing that was written in the other.
 */
export interface Conversion {
  /** The kind as it is stored: what verbs work on, and what managedFields speak of. */
  readonly stored: AnyResource;
  toStored<T extends object>(object: T): T;
  fromStored(object: KubeObject): KubeObject;
}

export interface VersionInput<Stored extends KubeObject, Served extends KubeObject> {
  /** If left out, that of the stored version. */
  group?: string;
  version: string;
  schema: ObjectSchema<Served>;
  /** Without type meta, which is changed for them. */
  toStored(object: Served): object;
  fromStored(object: Stored): object;
  /** Fields of this version that selectors may name, read from the stored object. If left out, those of the stored version. */
  selectableFields?: Readonly<Record<string, (object: Stored) => string>>;
  /** Rules for what is written in this version that differ from those of the stored one. They see stored objects. */
  strategy?: Partial<Strategy<Stored>>;
}

/** Defines another version of a kind, in which it is served too. All that is not said is as in the stored version. */
export function defineVersion<Stored extends KubeObject, Served extends KubeObject>(
  stored: ResourceDefinition<Stored>,
  { toStored, fromStored, ...input }: VersionInput<Stored, Served>,
): AnyResource {
  const { kind } = stored;
  const strategy = { ...stored.strategy, ...input.strategy };
  const group = input.group ?? stored.group;
  const apiVersion = group ? `${group}/${input.version}` : input.version;
  const conversion: Conversion = {
    stored: { ...stored, strategy },
    toStored: <T extends object>(object: T) =>
      ({ ...toStored(object as unknown as Served), apiVersion: stored.apiVersion, kind }) as unknown as T,
    fromStored: (object) => ({ ...fromStored(object as Stored), apiVersion, kind }) as KubeObject,
  };
  const { version, schema, selectableFields = stored.selectableFields } = input;
  return { ...stored, group, version, apiVersion, schema, selectableFields, strategy, conversion } as AnyResource;
}

/** The kind as it is stored, whichever version is asked for. */
export const storedKind = (resource: AnyResource): AnyResource => resource.conversion?.stored ?? resource;

/** An object of a served version, or the part of one that is given, in the form that is stored. */
export const toStored = <T extends object>({ conversion }: AnyResource, object: T): T =>
  conversion ? conversion.toStored(object) : object;

/** A stored object in the form of a served version. */
export const fromStored = ({ conversion }: Pick<AnyResource, 'conversion'>, object: KubeObject): KubeObject =>
  conversion ? conversion.fromStored(object) : object;
