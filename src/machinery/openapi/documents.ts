/** The OpenAPI documents of the API: one of version 3 for each group version, and one of version 2 for everything. */
import { isSubresourceOf, type ServedSubresource } from '../discovery.ts';
import type { AnyResource } from '../resource.ts';
import type { ObjectSchema } from '../schema.ts';
import type { Scheme } from '../scheme.ts';
import { DeleteOptionsSchema, StatusSchema, WatchEventSchema } from './common.ts';
import { listOfKind, pathsOf, type Operation, type PathItem } from './operations.ts';
import type { Parameter } from './parameters.ts';
import { openapiV2Protobuf } from './v2-protobuf.ts';
import { componentsOf, refTo, type Dialect, type GroupVersionKind, type Json } from './schemas.ts';

export interface OpenAPI {
  /** GET /openapi/v3: where the documents are. Their addresses hold a hash, so that clients can cache them for ever. */
  index(): string;
  /** GET /openapi/v3/PATH, for the paths `api/v1` and `apis/GROUP/VERSION`. */
  v3(path: string): string | undefined;
  /** The hash of a document, as in its address. */
  hash(path: string): string | undefined;
  /** GET /openapi/v2, as JSON. */
  v2(): string;
  /** The same as protobuf. */
  v2Protobuf(): Uint8Array;
}

/** Patches that the server takes. */
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
/** Custom resources have nothing that tells how to merge strategically. */
const patchTypesOf = ({ withoutStrategicMerge }: Operation): readonly string[] =>
  withoutStrategicMerge ? patchTypes.filter((type) => !type.includes('strategic')) : patchTypes;
const objectTypes = ['application/json', 'application/yaml'];
const codeNames = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

/**
 * Builds the documents, each when it is first asked for, and keeps their texts.
 *
 * @param kept documents of group versions from before, which are used again where the kinds are the very same
 */
export function openapiOf(
  scheme: Scheme,
  subresources: readonly ServedSubresource[],
  version = 'unversioned',
  kept: GroupDocuments = new WeakMap(),
): OpenAPI {
  const info = { title: 'Kubernetes', version };
  const groups = new Map<string, AnyResource[]>();
  for (const resource of scheme.served) {
    const path = resource.group === '' ? `api/${resource.version}` : `apis/${resource.group}/${resource.version}`;
    groups.set(path, [...(groups.get(path) ?? []), resource]);
  }
  const items = (resources: readonly AnyResource[]) =>
    resources.flatMap((resource) =>
      pathsOf(
        resource,
        subresources.filter((sub) => isSubresourceOf(sub, resource)),
      ),
    );
  const components = (resources: readonly AnyResource[], paths: readonly PathItem[], dialect: Dialect) =>
    componentsOf(rootsOf(resources, paths), { dialect, ...kindsAndDescriptions(scheme, subresources) });

  const v3 = (path: string) => {
    const resources = groups.get(path);
    if (!resources) return undefined;
    return groupDocument(kept, resources, () => {
      const paths = items(resources);
      return JSON.stringify({
        openapi: '3.0.0',
        info,
        paths: Object.fromEntries(paths.map((item) => [item.path, pathItem(item, 'v3')])),
        components: {
          schemas: components(resources, paths, 'v3'),
          securitySchemes: {
            BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
          },
        },
      });
    });
  };
  let v2Text: string | undefined;
  const makeV2 = () => {
    const paths = items(scheme.served);
    return JSON.stringify({
      swagger: '2.0',
      info,
      paths: Object.fromEntries(paths.map((item) => [item.path, pathItem(item, 'v2')])),
      definitions: components(scheme.served, paths, 'v2'),
      securityDefinitions: {
        BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
      },
      security: [{ BearerToken: [] }],
    });
  };
  const v2 = () => (v2Text ??= makeV2());
  let v2Bytes: Uint8Array | undefined;
  return {
    index: () =>
      JSON.stringify({
        paths: Object.fromEntries(
          [...groups.keys()].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${v3(path)!.hash}` }]),
        ),
      }),
    v3: (path) => v3(path)?.text,
    hash: (path) => v3(path)?.hash,
    v2,
    v2Protobuf: () => (v2Bytes ??= openapiV2Protobuf(JSON.parse(v2()) as Json)),
  };
}

interface GroupDocument {
  readonly of: readonly AnyResource[];
  readonly text: string;
  readonly hash: string;
}
/** By the first kind of the group version. Those of built-in kinds outlive the custom resources that come and go. */
export type GroupDocuments = WeakMap<AnyResource, GroupDocument>;

function groupDocument(kept: GroupDocuments, resources: readonly AnyResource[], make: () => string): GroupDocument {
  const [first] = resources;
  const known = kept.get(first!);
  if (known && known.of.length === resources.length && known.of.every((each, i) => each === resources[i])) return known;
  const text = make();
  const document = { of: resources, text, hash: hashOf(text) };
  kept.set(first!, document);
  return document;
}

function rootsOf(resources: readonly AnyResource[], paths: readonly PathItem[]): Set<ObjectSchema> {
  const roots = new Set<ObjectSchema>([DeleteOptionsSchema, StatusSchema, WatchEventSchema] as ObjectSchema[]);
  for (const resource of resources) {
    roots.add(resource.schema);
    // What is asked and answered, and never stored, is in no list.
    if (resource.verbs.includes('list')) roots.add(listOfKind(resource));
  }
  for (const { operations } of paths)
    for (const { body, response } of operations) for (const schema of [body?.schema, response]) if (schema) roots.add(schema);
  return roots;
}

/** Which kinds a schema is the type of. The types of meta.v1 are kinds of every group. */
function kindsAndDescriptions(scheme: Scheme, subresources: readonly ServedSubresource[]) {
  const kinds = new Map<ObjectSchema, GroupVersionKind[]>();
  const descriptions = new Map<ObjectSchema, string>();
  const versions = new Map<string, { group: string; version: string }>();
  for (const resource of scheme.served) {
    const { group, version, kind, listKind, schema, description } = resource;
    kinds.set(schema, [{ group, version, kind }]);
    kinds.set(listOfKind(resource), [{ group, version, kind: listKind }]);
    if (!schema.structural) descriptions.set(schema, description);
    descriptions.set(listOfKind(resource), `A list of ${kind} objects.`);
    // The types of meta.v1 are published once for all clusters, whatever kinds are made in one.
    if (!schema.structural) versions.set(resource.apiVersion, { group, version });
  }
  for (const { schema, group, version, kind } of subresources) if (schema) kinds.set(schema, [{ group, version, kind }]);
  const everywhere = (kind: string) => [...versions.values()].map((each) => ({ ...each, kind }));
  kinds.set(DeleteOptionsSchema as ObjectSchema, everywhere('DeleteOptions'));
  kinds.set(WatchEventSchema as ObjectSchema, everywhere('WatchEvent'));
  kinds.set(StatusSchema as ObjectSchema, [{ group: '', version: 'v1', kind: 'Status' }]);
  return {
    kindsOf: (schema: ObjectSchema) => kinds.get(schema) ?? [],
    descriptionOf: (schema: ObjectSchema) => descriptions.get(schema),
  };
}

function pathItem(item: PathItem, dialect: Dialect): Json {
  return {
    ...Object.fromEntries(item.operations.map((each) => [each.method, dialect === 'v3' ? operationV3(each) : operationV2(each)])),
    parameters: item.parameters.map((each) => parameter(each, dialect)),
  };
}

const common = (operation: Operation): Json => ({
  description: operation.description,
  operationId: operation.id,
  'x-kubernetes-action': operation.action,
  'x-kubernetes-group-version-kind': operation.kind,
});

const producedBy = ({ response, watchable }: Operation) =>
  response ? [...objectTypes, ...(watchable ? ['application/json;stream=watch'] : [])] : ['*/*'];

const schemaRef = (schema: ObjectSchema | undefined, dialect: Dialect): Json =>
  schema ? refTo(schema.name, dialect) : { type: 'string' };

function operationV3(operation: Operation): Json {
  const { body, response, codes, method, parameters } = operation;
  const contentOf = (types: readonly string[], schema: ObjectSchema | undefined) =>
    Object.fromEntries(types.map((type) => [type, { schema: schemaRef(schema, 'v3') }]));
  const answers = codes.map((code) => [
    code,
    { description: codeNames[code], content: contentOf(producedBy(operation), response) },
  ]);
  return {
    ...common(operation),
    ...(parameters.length > 0 && { parameters: parameters.map((each) => parameter(each, 'v3')) }),
    ...(body && {
      requestBody: {
        content: contentOf(method === 'patch' ? patchTypesOf(operation) : ['*/*'], body.schema),
        ...(body.required && { required: true }),
      },
    }),
    responses: { ...Object.fromEntries(answers), 401: { description: 'Unauthorized' } },
  };
}

function operationV2(operation: Operation): Json {
  const { body, response, codes, method, parameters } = operation;
  const inBody = body && {
    name: 'body',
    in: 'body',
    ...(body.required && { required: true }),
    schema: schemaRef(body.schema, 'v2'),
  };
  const answers = codes.map((code) => [code, { description: codeNames[code], schema: schemaRef(response, 'v2') }]);
  return {
    ...common(operation),
    consumes: method === 'patch' ? patchTypesOf(operation) : ['*/*'],
    produces: producedBy(operation),
    schemes: ['https'],
    parameters: [...(inBody ? [inBody] : []), ...parameters.map((each) => parameter(each, 'v2'))],
    responses: { ...Object.fromEntries(answers), 401: { description: 'Unauthorized' } },
  };
}

function parameter({ name, in: place, type, description }: Parameter, dialect: Dialect): Json {
  const typed = { type, uniqueItems: true };
  return {
    name,
    in: place,
    description,
    ...(place === 'path' && { required: true }),
    ...(dialect === 'v3' ? { schema: typed } : typed),
  };
}

/** A hash that changes when the text (or the bytes) does; nothing rests on it being hard to forge (cyrb53). */
export function hashOf(text: string | Uint8Array): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = typeof text === 'string' ? text.charCodeAt(i) : text[i]!;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  const hex = (word: number) => (word >>> 0).toString(16).toUpperCase().padStart(8, '0');
  return hex(b) + hex(a);
}
