import { expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';
import { createApp } from '../../src/server/app.ts';
import { encodingsOf, protobuf } from '../../src/server/http/protobuf.ts';
import { subresources } from '../../src/server/subresources/index.ts';
import type { JSONSchemaProps } from '../../src/machinery/structural/schema.ts';
import type { ClusterApi } from '../../src/server/api.ts';
import { diceOf, type Dice } from '../support/dice.ts';
import { examples, type Example } from '../support/examples.ts';
import { brokenBytes, brokenText, oddMeta, oddObject, oddQuery, oddValue } from './support/broken.ts';
import { admin, testCluster } from './support/cluster.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath } from './support/definitions.ts';

// Whatever is sent, the server answers with something that makes sense: no 5xx but those that say so on purpose, no change
// of what is stored by what it refuses, and what it has taken it can show in every form. Every request is made from the seed
// and its own number, and what one has changed is undone before the next: `FUZZ_SEED=… FUZZ_FIRST=n FUZZ_REQUESTS=1` makes
// request n again.
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const first = Number(process.env['FUZZ_FIRST'] ?? 0);
const count = Number(process.env['FUZZ_REQUESTS'] ?? 12_000);

const onPurpose: ReadonlySet<number> = new Set([501, 503, 504]);
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const accepts = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'text/html',
  '*/*',
  ',;=,',
  'application/json;as=Table;v=v9;g=meta.k8s.io,application/json;q=x',
];

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

function requestOf(dice: Dice, all: readonly Example[], stored: ReadonlyMap<string, KubeObject>): Sent {
  const example = dice.once(10) ? all.at(-1)! : dice.some(all);
  const method = dice.some(['POST', 'POST', 'PUT', 'PUT', 'PATCH', 'PATCH', 'PATCH', 'DELETE', 'GET', 'GET']);
  const accept = dice.once(3) ? dice.some(accepts) : 'application/json';
  const path = pathOf(dice, example, method) + oddQuery(dice);
  const headers: Record<string, string> = {
    accept,
    ...(dice.once(20) && { 'user-agent': dice.some(['', 'a/b', 'ü', 'x'.repeat(200)]) }),
  };
  if (method === 'GET' || (method === 'DELETE' && dice.once(3))) return { method, path, headers };
  const base = bodyFor(dice, example, method, path, stored);
  if (method === 'PATCH') return patchOf(dice, { method, path, headers }, base);
  const object = dice.once(6) ? base : dice.once(3) ? oddMeta(dice, base) : oddObject(dice, base);
  return { method, path, ...encoded(dice, example, headers, object) };
}

/** What is asked and answered, and what is about the server. */
const others = [
  '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  '/apis/authentication.k8s.io/v1/tokenreviews',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  '/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews',
  '/api/v1/namespaces/default/bindings',
  '/api/v1/namespaces/default/serviceaccounts/example/token',
  '/api/v1/watch/namespaces/default/pods/example',
  '/api/v1/watch/pods',
  '/api/v1/componentstatuses/etcd-0',
  '/api',
  '/apis/apps',
  '/apis/apps/v1',
  '/openapi/v2',
  '/openapi/v3/apis/apps/v1',
  '/livez',
  '/readyz/ping',
  '/version',
  '/metrics',
];

/** Where the request goes: mostly to where it belongs. */
function pathOf(dice: Dice, { resource, collection, path }: Example, method: string): string {
  if (dice.once(15)) return dice.some(others);
  if (dice.once(25)) return path + dice.some(['/nothing', '//', '/%00', '/..', '/status/more', '/proxy/a/b', '/log']);
  if (dice.once(25)) return collection.replace('default', dice.some(['none', '', 'UPPER', '%2e%2e', 'x'.repeat(300)]));
  const own = subresources.filter((each) => each.of(resource)).map(({ name }) => `${path}/${name}`);
  if (own.length > 0 && dice.once(3)) return dice.some(own);
  const many = method === 'POST' || (method === 'GET' && dice.once(2)) || (method === 'DELETE' && dice.once(4));
  return many ? collection : path;
}

/** A good body to begin with: what is stored, what was sent to create it, or what the subresource takes. */
function bodyFor(
  dice: Dice,
  example: Example,
  method: string,
  path: string,
  stored: ReadonlyMap<string, KubeObject>,
): Record<string, unknown> {
  const name = example.object().metadata.name;
  if (method === 'DELETE')
    return {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      gracePeriodSeconds: 0,
      propagationPolicy: 'Background',
      preconditions: { uid: 'x' },
    };
  if (path.includes('review'))
    return { spec: { user: 'eve', groups: ['g'], token: 'x', resourceAttributes: { verb: 'get', resource: 'pods' } } };
  if (path.includes('/token'))
    return { spec: { audiences: ['a'], expirationSeconds: 600, boundObjectRef: { kind: 'Pod', name: 'example' } } };
  if (path.includes('/scale'))
    return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name, namespace: 'default' }, spec: { replicas: 3 } };
  if (path.includes('/binding'))
    return { kind: 'Binding', apiVersion: 'v1', metadata: { name }, target: { kind: 'Node', name: 'example' } };
  if (path.includes('/eviction'))
    return { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name }, deleteOptions: { gracePeriodSeconds: 1 } };
  if (method === 'POST')
    return { ...example.object(), metadata: { ...example.object().metadata, name: dice.some([`${name}-2`, name]) } };
  return dice.once(3) ? { ...example.object() } : { ...stored.get(example.path)! };
}

function encoded(
  dice: Dice,
  { resource }: Example,
  headers: Record<string, string>,
  object: unknown,
): Pick<Sent, 'headers' | 'body'> {
  const as = (type: string, body: string | Uint8Array) => ({ headers: { ...headers, 'content-type': type }, body });
  const text = JSON.stringify(object) ?? 'undefined';
  switch (dice.below(10)) {
    case 0:
      return as('application/json', brokenText(dice, text));
    case 1:
      return as('application/yaml', dice.once(2) ? text : brokenText(dice, text));
    case 2:
    case 3:
      return as('application/vnd.kubernetes.protobuf', protobufOf(dice, resource.schema, object, text));
    case 4:
      return as('application/json', brokenBytes(dice, new TextEncoder().encode(text)));
    case 5:
      return as(
        dice.some(['text/plain', '', 'application/json; charset=utf-8', 'application/cbor', ';;', 'application/*']),
        text,
      );
    default:
      return as('application/json', text);
  }
}

function protobufOf(dice: Dice, schema: Parameters<typeof protobuf.encode>[0], object: unknown, text: string): Uint8Array {
  try {
    const bytes = protobuf.encode(schema, object as KubeObject);
    return dice.once(4) ? bytes : brokenBytes(dice, bytes);
  } catch {
    // What is too odd to be written in this form.
    return brokenBytes(dice, new TextEncoder().encode(`k8s\u0000${text}`));
  }
}

function patchOf(dice: Dice, sent: Sent, base: Record<string, unknown>): Sent {
  const type = dice.some(patchTypes);
  const patch =
    type === patchTypes[0]
      ? Array.from({ length: 1 + dice.below(3) }, () => ({
          op: dice.some(['add', 'remove', 'replace', 'move', 'copy', 'test', 'x', 1]),
          path: dice.some([
            '',
            '/',
            '/metadata/labels/a',
            '/spec',
            '/spec/replicas',
            '/metadata',
            '/a~2',
            '/spec/containers/0',
            '/spec/containers/-',
            '/spec/containers/99',
            '/__proto__/a',
            '/kind',
            '/metadata/name',
            5,
            null,
          ]),
          from: dice.some(['', '/metadata', '/spec', '/x']),
          value: oddValue(dice),
        }))
      : dice.once(4)
        ? base
        : dice.once(3)
          ? oddMeta(dice, base)
          : oddObject(dice, base);
  const text = JSON.stringify(dice.once(15) ? oddValue(dice) : patch) ?? 'undefined';
  const query = type === patchTypes[3] && !sent.path.includes('?') ? '?fieldManager=me&force=true' : '';
  const body = dice.once(8) ? brokenText(dice, text) : dice.once(20) ? brokenBytes(dice, new TextEncoder().encode(text)) : text;
  return {
    ...sent,
    path: sent.path + query,
    headers: { ...sent.headers, 'content-type': dice.once(30) ? 'application/json' : type },
    body,
  };
}

/** A kind that a definition makes, with a bit of everything, and an object of it. */
function custom() {
  const spec: JSONSchemaProps = {
    type: 'object',
    required: ['replicas'],
    properties: {
      replicas: { type: 'integer', minimum: 0, default: 1 },
      image: { type: 'string', pattern: '^[a-z/:.]*$', maxLength: 50 },
      ports: {
        type: 'array',
        maxItems: 20,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, port: { 'x-kubernetes-int-or-string': true } },
        },
      },
      labels: { type: 'object', additionalProperties: { type: 'string', nullable: true } },
      anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    },
    'x-kubernetes-validations': [
      { rule: 'self.replicas < 100 || has(self.image)' },
      { rule: 'self.replicas >= oldSelf.replicas - 50', messageExpression: "has(self.image) ? self.image : 'none'" },
    ],
  };
  const status: JSONSchemaProps = { type: 'object', properties: { replicas: { type: 'integer' } } };
  const definition = cronTabs(
    { type: 'object', properties: { spec, status } },
    {
      version: {
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        additionalPrinterColumns: [{ name: 'Ports', type: 'string', jsonPath: '.spec.ports[*].name' }],
        selectableFields: [{ jsonPath: '.spec.image' }],
      },
    },
  );
  const object = () =>
    cronTab('example', {
      spec: {
        replicas: 3,
        image: 'a/b:c',
        ports: [{ name: 'http', port: 80 }, { name: 'https', port: 'tls' }],
        labels: { a: 'b', c: null },
        anything: { a: [{ b: null }] },
        template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: {} },
      },
    }) as unknown as KubeObject;
  const example = ({ scheme }: ClusterApi): Example => ({
    resource: scheme.byKind('stable.example.com/v1', 'CronTab')!,
    object,
    collection: cronTabsPath,
    path: `${cronTabsPath}/example`,
  });
  return { definition, example };
}

/** Puts back what was there before `revision`. */
async function undo({ store }: ClusterApi, revision: number): Promise<void> {
  const changes = await store.changesAfter(revision);
  for (const { entry, previous } of [...changes].reverse())
    await store.write(entry.key, (current) => {
      if (previous) return { type: 'put', object: previous.object };
      return current ? { type: 'delete', object: current.object } : { type: 'keep' };
    });
}

const shown = ({ method, path, headers, body }: Sent) =>
  `${method} ${path} ${JSON.stringify(headers)} ${(typeof body === 'string' ? body : JSON.stringify(Array.from(body ?? []))).slice(0, 3_000)}`;

it(`survives what it is sent (seed ${seed})`, { timeout: 600_000 }, async () => {
  const { api, ok } = await testCluster();
  const { definition, example } = custom();
  await ok('POST', definitionsPath, definition);
  // As often as ten others, because it has a schema of its own.
  const all = [...examples, example(api)];
  const app = createApp(api);
  const stored = new Map<string, KubeObject>();
  for (const { collection, path, object } of all) {
    // Without a resourceVersion, which would only be good once.
    const { metadata, ...rest } = (await ok('POST', collection, object())) as KubeObject;
    const { resourceVersion: _, ...kept } = metadata;
    stored.set(path, { ...rest, metadata: kept as KubeObject['metadata'] });
  }
  const send = ({ path, method, headers, body }: Sent) =>
    app.request(path, { method, headers, ...(body !== undefined && { body: body as BodyInit }) }, { user: admin });

  const wrong: string[] = [];
  for (let i = first; i < first + count && wrong.length < 10; i++) {
    const sent = requestOf(diceOf(seededRandom(seed * 1_000_003 + i)), all, stored);
    const before = api.store.revision;
    const complain = (what: string) => wrong.push(`request ${i}: ${what}\n${shown(sent)}`);
    const response = await send(sent);
    const { status } = response;
    const text = await response.text();
    if (status >= 500 && !onPurpose.has(status)) complain(`${status} ${text.slice(0, 500)}`);
    if (status >= 400 && response.headers.get('content-type') === 'application/json') {
      const answer = JSON.parse(text) as Record<string, unknown>;
      if (answer['kind'] !== 'Status' || answer['code'] !== status) complain(`no Status: ${text.slice(0, 500)}`);
    }
    if (api.store.revision === before) continue;
    // A watch may wait in vain for what was refused; what a form of the answer makes impossible has been written (406).
    if (status >= 400 && status !== 406) complain(`${status}, and changed something: ${text.slice(0, 500)}`);
    if (/dryRun=All/.test(sent.path) && sent.method !== 'DELETE') complain('a dry run that changed something');
    for (const { entry, type } of await api.store.changesAfter(before)) {
      if (type === 'DELETED') continue;
      for (const resource of api.scheme.served.filter((each) => each.resource === entry.key.resource))
        for (const accept of accepts.slice(0, 6)) {
          const group = resource.group ? `/apis/${resource.apiVersion}` : `/api/${resource.version}`;
          const list = { method: 'GET', path: `${group}/${resource.plural}`, headers: { accept } };
          const answer = await send(list);
          const isWritten = accept !== accepts[2] || encodingsOf(resource.schema).includes('protobuf');
          const expected = accept.includes('PartialObjectMetadata;') || !isWritten ? 406 : 200;
          if (answer.status !== expected)
            complain(`then cannot be shown as ${accept}: ${answer.status}\n${entry.text.slice(0, 2_000)}`);
        }
    }
    await undo(api, before);
  }
  expect(wrong.join('\n\n')).toBe('');
});
