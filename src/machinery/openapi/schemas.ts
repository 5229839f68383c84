/** Component schemas of OpenAPI, from ours. */
import { resolve, type Field, type ListSchema, type ObjectSchema, type Schema } from '../schema.ts';

export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/** The two versions of OpenAPI that are served differ in where schemas are and in what a schema can say. */
export type Dialect = 'v2' | 'v3';

export type Json = Record<string, unknown>;

const refPrefix: Record<Dialect, string> = { v2: '#/definitions/', v3: '#/components/schemas/' };

export const refTo = (name: string, dialect: Dialect): Json => ({ $ref: refPrefix[dialect] + name });

/** Types with a name of their own that are not objects. Without a line below, a component is any JSON object. */
const scalars = {
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  microTime: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
};

/** Types of which not even this is said. */
const untyped: Record<string, Json> = Object.fromEntries(
  ['JSON', 'JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'].map((name) => [
    `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`,
    {},
  ]),
);

const scalarComponents: Record<Dialect, Record<string, Json>> = {
  v2: {
    [scalars.time]: { type: 'string', format: 'date-time' },
    [scalars.microTime]: { type: 'string', format: 'date-time' },
    [scalars.intOrString]: { type: 'string', format: 'int-or-string' },
    [scalars.quantity]: { type: 'string' },
    ...untyped,
  },
  v3: {
    [scalars.time]: { type: 'string', format: 'date-time' },
    [scalars.microTime]: { type: 'string', format: 'date-time' },
    [scalars.intOrString]: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
    [scalars.quantity]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    ...untyped,
  },
};

/** What a kind's own fields mean, in whatever kind they are. Conformance looks for a few of upstream's words here and in ObjectMeta. */
const kindDocs: Readonly<Record<string, string>> = {
  apiVersion: 'The group and version of the schema that the object follows, such as v1 or apps/v1.',
  kind: 'The kind of the object, in CamelCase.',
  metadata: "Standard object's metadata: its name, labels, and so on.",
  spec: 'What is wanted.',
  status: 'What is the case. Written by the system.',
  items: 'The objects.',
};

export interface ComponentOptions {
  dialect: Dialect;
  /** The kinds that a schema is the type of. */
  kindsOf(schema: ObjectSchema): readonly GroupVersionKind[];
  descriptionOf(schema: ObjectSchema): string | undefined;
}

/** The named components that the roots need, directly or not, in order of their names. */
export function componentsOf(roots: Iterable<ObjectSchema>, options: ComponentOptions): Record<string, Json> {
  const components = new Map<string, Json>();
  const waiting = [...roots];
  const use: Use = (named) => {
    if (typeof named === 'string') components.set(named, scalarComponents[options.dialect][named] ?? { type: 'object' });
    else waiting.push(named);
  };
  for (let schema = waiting.pop(); schema; schema = waiting.pop()) {
    if (components.has(schema.name)) continue;
    // Entered before it is complete, because it may refer to itself.
    components.set(schema.name, {});
    components.set(schema.name, objectComponent(schema, options, use));
  }
  return Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Use = (named: ObjectSchema | string) => void;

function objectComponent(schema: ObjectSchema, options: ComponentOptions, use: Use): Json {
  const kinds = options.kindsOf(schema);
  if (schema.structural) {
    const reference = (other: ObjectSchema) => {
      use(other);
      return refTo(other.name, options.dialect);
    };
    return { ...schema.structural.component(options.dialect, reference), 'x-kubernetes-group-version-kind': kinds };
  }
  const description = options.descriptionOf(schema);
  const fields = Object.entries(schema.fields);
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  const docOf = (name: string, field: Field) => field.doc ?? (kinds.length > 0 ? kindDocs[name] : undefined);
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(fields.length > 0 && {
      properties: Object.fromEntries(
        fields.map(([name, field]) => [name, property(field, docOf(name, field), options.dialect, use)]),
      ),
    }),
    ...((schema.atomic || schema.granular) && { 'x-kubernetes-map-type': 'atomic' }),
    ...(kinds.length > 0 && { 'x-kubernetes-group-version-kind': kinds }),
  };
}

function property(field: Field, doc: string | undefined, dialect: Dialect, use: Use): Json {
  const base = typeOf(field.schema, dialect, use);
  const node = resolve(field.schema);
  const strategies = node.kind === 'list' ? listStrategies(node) : [];
  if (field.retainKeys && !strategies.includes('retainKeys')) strategies.push('retainKeys');
  if (field.replace) strategies.push('replace');
  const more: Json = {
    ...(doc !== undefined && { description: doc }),
    // Version 2 has none: old clients would send them back as if they had been asked for.
    ...(field.default !== undefined && dialect === 'v3' && { default: field.default }),
    ...(node.kind === 'list' && listExtensions(node)),
    ...((node.kind === 'object' || node.kind === 'map') && node.granular && { 'x-kubernetes-map-type': 'granular' }),
    ...(strategies.length > 0 && { 'x-kubernetes-patch-strategy': strategies.join(',') }),
  };
  // OpenAPI 3.0 ignores what stands beside a $ref.
  if ('$ref' in base && dialect === 'v3' && Object.keys(more).length > 0) return { ...more, allOf: [base] };
  return { ...base, ...more };
}

const listStrategies = ({ patch }: ListSchema): string[] => (patch ? ['merge', ...(patch.retainKeys ? ['retainKeys'] : [])] : []);

const listExtensions = ({ listType, mapKeys, patch }: ListSchema): Json => ({
  'x-kubernetes-list-type': listType,
  ...(mapKeys && { 'x-kubernetes-list-map-keys': mapKeys }),
  ...(patch?.mergeKey !== undefined && { 'x-kubernetes-patch-merge-key': patch.mergeKey }),
});

function typeOf(schema: Schema, dialect: Dialect, use: Use): Json {
  const named = (name: string) => {
    use(name);
    return refTo(name, dialect);
  };
  const node = resolve(schema);
  switch (node.kind) {
    case 'string':
      if (node.format === 'date-time') return named(scalars.time);
      if (node.format === 'micro-time') return named(scalars.microTime);
      return { type: 'string', ...(node.format && { format: node.format }), ...(node.enum && { enum: [...node.enum].sort() }) };
    case 'integer':
      return { type: 'integer', format: node.format };
    case 'number':
      return { type: 'number', format: 'double' };
    case 'boolean':
      return { type: 'boolean' };
    case 'int-or-string':
      return named(scalars.intOrString);
    case 'quantity':
      return named(scalars.quantity);
    case 'any':
      return named(node.name ?? scalars.raw);
    case 'list':
      return { type: 'array', items: typeOf(node.items, dialect, use) };
    case 'map':
      return {
        type: 'object',
        additionalProperties: typeOf(node.values, dialect, use),
        ...(node.atomic && { 'x-kubernetes-map-type': 'atomic' }),
      };
    case 'object':
      use(node as ObjectSchema);
      return refTo(node.name, dialect);
  }
}
