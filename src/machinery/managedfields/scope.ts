import type { FieldTree } from '../resource.ts';
import type { ObjectSchema } from '../schema.ts';
import { kindType, narrowFields, type FieldType, type StructType, type Type } from './type.ts';

/** Fields of metadata that nobody manages, as upstream's stripMeta. */
const unmanagedMetadata: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]);

export interface ScopeInput {
  readonly schema: ObjectSchema;
  readonly hasStatus: boolean;
  readonly strategy: {
    readonly statusKeepsMetadata?: readonly string[];
    readonly parts?: Readonly<Record<string, { readonly fields: FieldTree }>>;
  };
}
interface Scopes {
  readonly main: StructType;
  readonly status: StructType;
  readonly parts: ReadonlyMap<string, StructType>;
}
const scopes = new WeakMap<ObjectSchema, Scopes>();

/**
 * The type of a kind without the fields that a write of the kind, of its status or of a part has no say in: these are not managed by
 * who writes them (upstream's GetResetFields), nor is what only the server says.
 */
export function scopeOf(kind: ScopeInput, subresource?: string): StructType {
  let made = scopes.get(kind.schema);
  if (!made) scopes.set(kind.schema, (made = makeScopes(kind)));
  if (subresource === 'status' || subresource === 'approval') return made.status;
  return made.parts.get(subresource ?? '') ?? made.main;
}

function makeScopes({ schema, hasStatus, strategy }: ScopeInput): Scopes {
  const type = kindType(schema);
  const { statusKeepsMetadata = [], parts = {} } = strategy;
  const top = (name: string) => name !== 'apiVersion' && name !== 'kind';
  return {
    main: narrowed(
      type,
      (name) => top(name) && !(hasStatus && name === 'status'),
      (name) => !unmanagedMetadata.has(name),
    ),
    status: narrowed(
      type,
      (name) => name === 'status' || name === 'metadata',
      (name) => !unmanagedMetadata.has(name) && !statusKeepsMetadata.includes(name),
    ),
    parts: new Map(Object.entries(parts).map(([name, { fields }]) => [name, partOf(type, fields) as StructType])),
  };
}

/** The type with only the fields of the tree. */
function partOf(type: Type, tree: FieldTree): Type {
  if (type.kind === 'list') return { ...type, items: partOf(type.items, tree) };
  if (type.kind !== 'struct') return type;
  const fields = [...type.fields].flatMap(([name, field]) => {
    const below = tree[name];
    if (below === undefined) return [];
    return [[name, below === true ? field : { ...field, type: partOf(field.type, below) }] as const];
  });
  return { ...type, fields: new Map(fields) };
}

function narrowed(type: StructType, top: (name: string) => boolean, inMetadata: (name: string) => boolean): StructType {
  const instead = new Map<string, FieldType>();
  const metadata = type.fields.get('metadata');
  if (metadata?.type.kind === 'struct') {
    const kept = narrowFields(metadata.type.fields, inMetadata, new Map());
    instead.set('metadata', { ...metadata, type: { ...metadata.type, fields: kept } });
  }
  return { kind: 'struct', atomic: false, fields: narrowFields(type.fields, top, instead) };
}
