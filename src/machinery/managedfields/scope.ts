import type { ObjectSchema } from '../schema.ts';
import { kindType, type StructType } from './type.ts';

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
  readonly strategy: { readonly statusKeepsMetadata?: readonly string[] };
}
interface Scopes {
  readonly main: StructType;
  readonly status: StructType;
}
const scopes = new WeakMap<ObjectSchema, Scopes>();

/**
 * The type of a kind without the fields that a write of the kind, or of its status, has no say in: these are not managed by
 * who writes them (upstream's GetResetFields), nor is what only the server says.
 */
export function scopeOf(kind: ScopeInput, subresource?: string): StructType {
  let made = scopes.get(kind.schema);
  if (!made) scopes.set(kind.schema, (made = makeScopes(kind)));
  return subresource === 'status' || subresource === 'approval' ? made.status : made.main;
}

function makeScopes({ schema, hasStatus, strategy }: ScopeInput): Scopes {
  const type = kindType(schema);
  const { statusKeepsMetadata = [] } = strategy;
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
  };
}

function narrowed(type: StructType, top: (name: string) => boolean, inMetadata: (name: string) => boolean): StructType {
  const fields = new Map([...type.fields].filter(([name]) => top(name)));
  const metadata = fields.get('metadata');
  if (metadata?.type.kind === 'struct') {
    const kept = new Map([...metadata.type.fields].filter(([name]) => inMetadata(name)));
    fields.set('metadata', { ...metadata, type: { ...metadata.type, fields: kept } });
  }
  return { kind: 'struct', atomic: false, fields };
}
