/**
 * The language in which the fields of a kind are written down. One schema serves decoding, pruning, type errors,
 * OpenAPI, strategic merge, server-side apply, and the TypeScript type of the object (`TypeOf`).
 *
 * The facts (names, types, list and merge keys) are those of the published OpenAPI of Kubernetes 1.36.
 */
declare const type: unique symbol;

/** `T` is the TypeScript type of a value that fits the schema. */
interface Node<T> {
  readonly [type]?: T;
}

export interface StringSchema<T extends string = string> extends Node<T> {
  readonly kind: 'string';
  /** `byte` is base64; `date-time` is RFC 3339 in seconds; `micro-time` with microseconds. */
  readonly format?: 'byte' | 'date-time' | 'micro-time';
  /** What it can be. Published in OpenAPI, for people; that nothing else is accepted is for the kind's validation. */
  readonly enum?: readonly T[];
}
export interface IntegerSchema extends Node<number> {
  readonly kind: 'integer';
  readonly format: 'int32' | 'int64';
}
export interface NumberSchema extends Node<number> {
  readonly kind: 'number';
}
export interface BooleanSchema extends Node<boolean> {
  readonly kind: 'boolean';
}
/** A number or a string, as targetPort or maxSurge. */
export interface IntOrStringSchema extends Node<number | string> {
  readonly kind: 'int-or-string';
}
/** A resource.Quantity. Numbers are accepted and written back as strings. */
export interface QuantitySchema extends Node<string> {
  readonly kind: 'quantity';
}
/** Any JSON value (RawExtension, JSON). */
export interface AnySchema extends Node<unknown> {
  readonly kind: 'any';
  /** Its name in OpenAPI; RawExtension if left out. */
  readonly name?: string;
  /** What a type is that is published as any JSON: an object of one schema, or something else. */
  readonly either?: { readonly object: Schema; readonly or: ListSchema | BooleanSchema };
}
export interface ListSchema<T = unknown> extends Node<T[]> {
  readonly kind: 'list';
  readonly items: Schema;
  /** Server-side apply's view: `map` lists are keyed by `mapKeys`, everything unsaid is atomic. */
  readonly listType: 'atomic' | 'set' | 'map';
  readonly mapKeys?: readonly string[];
  /** Strategic merge's view; without it the list is replaced. A merge of primitives has no key. */
  readonly patch?: { readonly mergeKey?: string; readonly retainKeys?: boolean };
}
export interface MapSchema<T = unknown> extends Node<Record<string, T>> {
  readonly kind: 'map';
  readonly values: Schema;
  readonly atomic?: boolean;
  /** OpenAPI says outright that the map is not atomic. */
  readonly granular?: boolean;
}
/** What a kind that is defined at run time knows of its objects beyond its fields. */
export interface StructuralForm {
  /** What is left of an object that a client sent, without what is unknown: as `walkObject` for other kinds. */
  decode(value: unknown): { value: unknown; keys: number; unknown: string[] };
  /** Its component in OpenAPI, but for the kinds that it is the type of. `refTo` gives the reference to another component. */
  component(dialect: 'v2' | 'v3', refTo: (schema: ObjectSchema) => Record<string, unknown>): Record<string, unknown>;
}
export interface ObjectSchema<T = unknown> extends Node<T> {
  readonly kind: 'object';
  /** The name of the OpenAPI definition, for example `io.k8s.api.core.v1.Container`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Server-side apply treats the object as one value. */
  readonly atomic?: boolean;
  /** The type is atomic, but not where this schema stands (the claimRef of a PersistentVolume); `atomic` is then left out. */
  readonly granular?: boolean;
  /** Fields that are not named may be there too, and are any JSON. */
  readonly open?: boolean;
  /** The schema of a custom resource. */
  readonly structural?: StructuralForm;
}
/** A schema that refers to one that is defined later, or to itself. */
export interface RefSchema<T = unknown> extends Node<T> {
  readonly kind: 'ref';
  readonly target: () => Schema;
}

export type Schema<T = unknown> = (
  | StringSchema<never>
  | StringSchema
  | IntegerSchema
  | NumberSchema
  | BooleanSchema
  | IntOrStringSchema
  | QuantitySchema
  | AnySchema
  | ListSchema
  | MapSchema
  | ObjectSchema
  | RefSchema
) &
  Node<T>;

export interface Field<T = unknown, R extends boolean = boolean> extends Node<T> {
  readonly schema: Schema;
  readonly required: R;
  /**
   * What `kubectl explain` says of it, in our own words: a plain sentence, and a second one where there is a trap (a unit,
   * what it is if left out, what cannot be changed).
   */
  readonly doc?: string;
  /** `retainKeys`: a strategic merge patch names the keys that stay (Deployment's strategy, volumes). */
  readonly retainKeys?: boolean;
  /** `replace`: a strategic merge patch replaces the object instead of merging it (the selector of a PodDisruptionBudget). */
  readonly replace?: boolean;
  /**
   * What the field is if it is left out. Published in OpenAPI, and the key of list items that leave it out in server-side
   * apply; filling it in is for the kind's `defaults`.
   */
  readonly default?: string | number | boolean;
  /** An empty list is kept, because it says something else than none (managedFields: all of it is to be forgotten). */
  readonly keepsEmpty?: boolean;
}

type FieldInput = Schema | Field;
export type TypeOf<S> = S extends Node<infer T> ? T : never;
type RequiredKeys<F> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F];
type Fields<F> = { [K in RequiredKeys<F>]: TypeOf<F[K]> } & { [K in Exclude<keyof F, RequiredKeys<F>>]?: TypeOf<F[K]> };

export const string: StringSchema = { kind: 'string' };
export const int32: IntegerSchema = { kind: 'integer', format: 'int32' };
export const int64: IntegerSchema = { kind: 'integer', format: 'int64' };
export const boolean: BooleanSchema = { kind: 'boolean' };
export const intOrString: IntOrStringSchema = { kind: 'int-or-string' };
export const quantity: QuantitySchema = { kind: 'quantity' };
export const any: AnySchema = { kind: 'any' };
export const time: StringSchema = { kind: 'string', format: 'date-time' };
export const microTime: StringSchema = { kind: 'string', format: 'micro-time' };
/** A string that is one of a few (`enum`). */
export const oneOf = (...values: string[]): StringSchema => ({ kind: 'string', enum: values });
/** Bytes in base64. */
export const bytes: StringSchema = { kind: 'string', format: 'byte' };

/** An atomic list: replaced as a whole by every kind of patch. */
export const list = <S extends Schema>(items: S): ListSchema<TypeOf<S>> => ({ kind: 'list', items, listType: 'atomic' });

/** A list with more to say: `set(string)`, or `{ listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }`. */
export const listOf = <S extends Schema>(
  items: S,
  options: Partial<Pick<ListSchema, 'listType' | 'mapKeys' | 'patch'>>,
): ListSchema<TypeOf<S>> => ({ kind: 'list', items, listType: 'atomic', ...options });

export const map = <S extends Schema>(values: S, options: Pick<MapSchema, 'atomic' | 'granular'> = {}): MapSchema<TypeOf<S>> => ({
  kind: 'map',
  values,
  ...options,
});

/** An object with a name of its own in OpenAPI. Fields are optional unless wrapped in `required`. */
export const object = <F extends Record<string, FieldInput>>(
  name: string,
  fields: F,
  options: { atomic?: boolean } = {},
): ObjectSchema<Fields<F>> => {
  const named: Record<string, Field> = {};
  for (const [key, value] of Object.entries(fields)) named[key] = 'schema' in value ? value : { schema: value, required: false };
  return { kind: 'object', name, fields: named, ...options };
};

export const ref = <T>(target: () => Schema): RefSchema<T> => ({ kind: 'ref', target });

/** An atomic type where it is not atomic. */
export const granular = <T>({ atomic: _, ...schema }: ObjectSchema<T>): ObjectSchema<T> => ({ ...schema, granular: true });

/** A field that must be present. */
export const required = <S extends Schema>(schema: S, options: { doc?: string } = {}): Field<TypeOf<S>, true> => ({
  schema,
  required: true,
  ...options,
});

/**
 * A field that clients may leave out but that every accepted object has, because the kind's defaults fill it in (a Pod's
 * `spec`): optional in OpenAPI, present in the TypeScript type.
 */
export const defaulted = <S extends Schema>(schema: S, options: { doc?: string } = {}): Field<TypeOf<S>, true> =>
  ({ schema, required: false, ...options }) as unknown as Field<TypeOf<S>, true>;

/** An optional field with more to say about it. */
export const field = <S extends Schema>(
  schema: S,
  options: Pick<Field, 'doc' | 'retainKeys' | 'replace' | 'default' | 'keepsEmpty'>,
): Field<TypeOf<S>, false> => ({ schema, required: false, ...options });

/** The schema behind any references. */
export function resolve(schema: Schema): Exclude<Schema, RefSchema> {
  let current: Schema = schema;
  while (current.kind === 'ref') current = current.target();
  return current;
}
