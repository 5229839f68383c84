/** The paths of a group version and what can be done with them, in a form that both versions of OpenAPI are written from. */
import type { ServedSubresource } from '../discovery.ts';
import type { AnyResource, Verb } from '../resource.ts';
import type { ObjectSchema } from '../schema.ts';
import { DeleteOptionsSchema, listSchemaOf, PatchSchema, StatusSchema } from './common.ts';
import {
  deleteCollectionParameters,
  deleteParameters,
  listParameters,
  nameParameter,
  namespaceParameter,
  patchParameters,
  pretty,
  writeParameters,
  type Parameter,
} from './parameters.ts';
import type { GroupVersionKind } from './schemas.ts';

export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Upstream's name of the verb here: `post` for create, `put` for update, `connect` for what passes through. */
  action: string;
  id: string;
  description: string;
  kind: GroupVersionKind;
  parameters: readonly Parameter[];
  body?: { schema: ObjectSchema; required: boolean };
  /** Absent: a text. */
  response?: ObjectSchema;
  /** The types of patches that are not taken. */
  withoutStrategicMerge?: boolean;
  codes: readonly (200 | 201 | 202)[];
  watchable?: boolean;
}

export interface PathItem {
  path: string;
  parameters: readonly Parameter[];
  operations: readonly Operation[];
}

const listSchemas = new WeakMap<ObjectSchema, ObjectSchema>();

/** The schema of the list of a kind. */
export function listOfKind(resource: AnyResource): ObjectSchema {
  let schema = listSchemas.get(resource.schema);
  if (!schema) listSchemas.set(resource.schema, (schema = listSchemaOf(resource.schema, resource.schema.structural && resource.listKind)));
  return schema;
}

/** `AppsV1`, `CoreV1`: a group version in names of operations. */
function identifier(group: string, version: string): string {
  const parts = group === '' ? ['core'] : group.replace(/\.k8s\.io$/, '').split('.');
  return [...parts, version].map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

/** Every path of a kind and of its subresources. */
export function pathsOf(resource: AnyResource, subresources: readonly ServedSubresource[]): PathItem[] {
  const { group, version, plural, namespaced, verbs } = resource;
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = namespaced ? `${base}/namespaces/{namespace}/${plural}` : `${base}/${plural}`;
  // A namespace is its own namespace, and its paths say so.
  const scope = namespaced ? [namespaceParameter] : [];
  const make = operationsOf(resource);
  const items: PathItem[] = [];
  if (namespaced && verbs.includes('list'))
    items.push({ path: `${base}/${plural}`, parameters: [pretty], operations: [make.list(true)] });
  items.push({ path: collection, parameters: [...scope, pretty], operations: make.collection() });
  items.push({
    path: `${collection}/{name}`,
    parameters: [nameParameter(resource.kind), ...scope, pretty],
    operations: make.single(),
  });
  for (const sub of subresources)
    items.push({
      path: `${collection}/{name}/${sub.name}`,
      parameters: [nameParameter(sub.kind), ...scope, pretty],
      operations: make.subresource(sub),
    });
  return items.filter((item) => item.operations.length > 0);
}

function operationsOf(resource: AnyResource) {
  const { group, version, kind, namespaced, schema } = resource;
  const id = (verb: string, before: string, after = '') =>
    `${verb}${identifier(group, version)}${before}${namespaced ? 'Namespaced' : ''}${kind}${after}`;
  const own = { kind: { group, version, kind } };
  const has = (verb: Verb) => resource.verbs.includes(verb);
  const when = (verb: Verb, operation: () => Operation) => (has(verb) ? [operation()] : []);

  const list = (everywhere: boolean): Operation => ({
    ...own,
    method: 'get',
    action: 'list',
    id: everywhere ? `list${identifier(group, version)}${kind}ForAllNamespaces` : id('list', ''),
    description: `list or watch objects of kind ${kind}`,
    parameters: listParameters,
    response: listOfKind(resource),
    codes: [200],
    watchable: has('watch'),
  });
  const put = (target: GroupVersionKind, body: ObjectSchema, name: string, after: string): Operation => ({
    kind: target,
    method: 'put',
    action: 'put',
    id: id('replace', '', after),
    description: `replace ${name}`,
    parameters: writeParameters,
    body: { schema: body, required: true },
    response: body,
    codes: [200, 201],
  });
  const patch = (target: GroupVersionKind, response: ObjectSchema, name: string, after: string): Operation => ({
    kind: target,
    method: 'patch',
    action: 'patch',
    id: id('patch', '', after),
    ...(schema.structural && { withoutStrategicMerge: true }),
    description: `partially update ${name}`,
    parameters: patchParameters,
    body: { schema: PatchSchema, required: true },
    response,
    codes: [200, 201],
  });
  const get = (target: GroupVersionKind, response: ObjectSchema, name: string, after: string): Operation => ({
    kind: target,
    method: 'get',
    action: 'get',
    id: id('read', '', after),
    description: `read ${name}`,
    parameters: [],
    response,
    codes: [200],
  });
  const post = (target: GroupVersionKind, body: ObjectSchema, name: string, after: string): Operation => ({
    kind: target,
    method: 'post',
    action: 'post',
    id: id('create', '', after),
    description: `create ${name}`,
    parameters: writeParameters,
    body: { schema: body, required: true },
    response: body,
    codes: [200, 201, 202],
  });
  const connect = (target: GroupVersionKind, method: Operation['method'], sub: string): Operation => ({
    kind: target,
    method,
    action: 'connect',
    id: id('connect', capital(method), capital(sub)),
    description: `connect ${method.toUpperCase()} requests to ${sub} of ${kind}`,
    parameters: [],
    codes: [200],
  });

  const the = `the specified ${kind}`;
  return {
    list,
    collection: (): Operation[] => [
      ...when('list', () => list(false)),
      ...when('create', () => post(own.kind, schema, `a ${kind}`, '')),
      ...when('deletecollection', () => ({
        ...own,
        method: 'delete',
        action: 'deletecollection',
        id: id('delete', 'Collection'),
        description: `delete collection of ${kind}`,
        parameters: deleteCollectionParameters,
        body: { schema: DeleteOptionsSchema, required: false },
        response: StatusSchema as ObjectSchema,
        codes: [200],
      })),
    ],
    single: (): Operation[] => [
      ...when('get', () => get(own.kind, schema, the, '')),
      ...when('update', () => put(own.kind, schema, the, '')),
      ...when('patch', () => patch(own.kind, schema, the, '')),
      ...when('delete', () => ({
        ...own,
        method: 'delete',
        action: 'delete',
        id: id('delete', ''),
        description: `delete a ${kind}`,
        parameters: deleteParameters,
        body: { schema: DeleteOptionsSchema, required: false },
        response: (resource.strategy.answersDeletedObject ? schema : StatusSchema) as ObjectSchema,
        codes: [200, 202],
      })),
    ],
    subresource(sub: ServedSubresource): Operation[] {
      const target = { group: sub.group, version: sub.version, kind: sub.kind };
      const body = sub.schema ?? schema;
      const name = `${sub.name} of ${the}`;
      const after = capital(sub.name);
      return sub.verbs.flatMap((verb): Operation[] => {
        const method = methods[verb];
        if (!method) return [];
        if (sub.connects) return [connect(target, method, sub.name)];
        if (method === 'get') return [get(target, body, name, after)];
        if (method === 'put') return [put(target, body, name, after)];
        if (method === 'patch') return [patch(target, body, name, after)];
        return method === 'post' ? [post(target, body, name, after)] : [];
      });
    },
  };
}

const methods: Readonly<Record<string, Operation['method'] | undefined>> = {
  get: 'get',
  create: 'post',
  update: 'put',
  patch: 'patch',
  delete: 'delete',
};

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
