import { admissionChain } from '../../../src/admission/chain.ts';
import { Registry } from '../../../src/admission/registered.ts';
import { namespaceLifecycle } from '../../../src/admission/namespacelifecycle.ts';
import type { AdmissionPlugin } from '../../../src/admission/plugin.ts';
import type { Authorizer } from '../../../src/authz/authorizer.ts';
import { clusterAuthorizer } from '../../../src/authz/cluster-authorizer.ts';
import { defaultRoleWrites } from '../../../src/authz/defaults/reconcile.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { kindSchema, type Draft } from '../../../src/machinery/meta.ts';
import type { NodeMeter } from '../../../src/machinery/node-usage.ts';
import { defineResource, type AnyResource } from '../../../src/machinery/resource.ts';
import { int32, map, object, string, type TypeOf } from '../../../src/machinery/schema.ts';
import { createScheme, liveScheme } from '../../../src/machinery/scheme.ts';
import { fieldForbidden, fieldInvalid } from '../../../src/machinery/status.ts';
import { ageColumn, nameColumn } from '../../../src/machinery/table.ts';
import type { Reader } from '../../../src/machinery/reader.ts';
import { namespaces as namespaceKind, type Namespace } from '../../../src/resources/core/namespace.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { builtinResources } from '../../../src/resources/index.ts';
import type { UserInfo } from '../../../src/machinery/user.ts';
import type { ClusterApi, User } from '../../../src/server/api.ts';
import { applyWrite } from '../../../src/server/verbs/apply-write.ts';
import { create } from '../../../src/server/verbs/create.ts';
import { createApp } from '../../../src/server/app.ts';
import { CustomKindsFollower } from '../../../src/server/custom-kinds.ts';
import type { WebhookClient } from '../../../src/server/webhooks/client.ts';
import { openStore, type StoreOptions } from '../../../src/storage/cached-store.ts';
import { MemoryBackend } from '../../../src/storage/memory.ts';
import type { Store } from '../../../src/storage/store.ts';
import { memoryCertificates } from '../../support/certificates.ts';
import { memoryTokens } from '../../support/tokens.ts';
import { noWebhooks } from '../../support/webhooks.ts';

/** A clock that stands still until it is told otherwise. */
export class TestClock implements Clock {
  time = Date.parse('2026-05-01T12:00:00Z');
  now(): Date {
    return new Date(this.time);
  }
  advance(seconds: number): void {
    this.time += seconds * 1000;
  }
}

const WidgetSchema = kindSchema('dev.example.v1.Widget', {
  spec: object('dev.example.v1.WidgetSpec', { size: int32, color: string, parts: map(string) }),
  status: object('dev.example.v1.WidgetStatus', { phase: string, size: int32 }),
});
export type Widget = TypeOf<typeof WidgetSchema>;

/** A kind with everything a kind can have: defaults, validation, grace, scale, columns, selectable fields. */
export const widgets = defineResource<Widget>({
  group: 'example.dev',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
  description: 'For tests.',
  schema: WidgetSchema,
  strategy: {
    defaults: (widget) => void ((widget.spec ??= {}).color ??= 'grey'),
    validate: (widget) =>
      (widget.spec?.size ?? 0) < 0 ? [fieldInvalid('spec.size', widget.spec?.size, 'must be at least 0')] : [],
    validateUpdate: (widget, old) =>
      widget.spec?.color === old.spec?.color ? [] : [fieldForbidden('spec.color', 'may not be changed')],
    gracePeriodSeconds: (widget, requested) => requested ?? (widget.metadata.labels?.slow ? 30 : 0),
  },
  scale: {
    specReplicas: (widget) => widget.spec?.size ?? 0,
    statusReplicas: (widget) => widget.status?.size ?? 0,
    selector: () => 'app=widget',
    setSpecReplicas: (widget, replicas) => void ((widget.spec ??= {}).size = replicas),
  },
  columns: [
    nameColumn,
    { name: 'Size', type: 'integer', description: 'How large it is.', cell: (w) => w.spec?.size ?? 0 },
    ageColumn,
  ],
  selectableFields: { 'status.phase': (widget) => widget.status?.phase ?? '' },
});

const GadgetSchema = kindSchema('dev.example.v1.Gadget', { spec: object('dev.example.v1.GadgetSpec', { size: int32 }) });

/** A cluster-scoped kind that is created by updates and insists on resourceVersions. */
export const gadgets = defineResource<TypeOf<typeof GadgetSchema>>({
  group: 'example.dev',
  version: 'v1',
  kind: 'Gadget',
  plural: 'gadgets',
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'update', 'watch'],
  description: 'For tests.',
  schema: GadgetSchema,
  strategy: { createsOnUpdate: true, requiresResourceVersion: true, answersDeletedObject: true },
  columns: [nameColumn],
});

export interface TestCluster {
  api: ClusterApi;
  clock: TestClock;
  /** Sends a request as the admin (or `user`) and reads the answer. Objects are sent as JSON. */
  request(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  /** The same, and the answer must be a success. */
  ok(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<any>;
}

export interface RequestOptions {
  headers?: Record<string, string>;
  user?: User;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: any;
}

/** The pods of a node, found without an index. */
export const podsOn = (reader: Reader) => (node: string) => reader.list(pods).filter(({ spec }) => spec.nodeName === node);

/** Where the cluster of a test is reached. */
export const clusterAddress = 'https://api.example.com/clusters/c-0123456789';

export const admin: User = { name: 'admin', groups: ['system:masters'] };

/** A cluster in memory with the namespace `default`, and its API. */
export async function testCluster(
  options: {
    store?: StoreOptions;
    resources?: readonly AnyResource[];
    authorizer?: Authorizer;
    /** What nodes use; without it, none of them says. */
    meter?: NodeMeter;
    /** What has a say in writes; without it, only whether their namespace is there. */
    admission?: readonly AdmissionPlugin[];
    /** Whether there are the roles that every cluster has. */
    roles?: boolean;
    /** Reaches webhooks; without it, none is reached. */
    webhooks?: WebhookClient;
    /** Whom tokens that are no JWTs stand for. */
    tokens?: Readonly<Record<string, UserInfo>>;
  } = {},
): Promise<TestCluster> {
  const clock = new TestClock();
  const store = await openStore(new MemoryBackend(), options.store);
  const scheme = liveScheme(createScheme([...builtinResources, widgets, gadgets, ...(options.resources ?? [])]));
  const customKinds = new CustomKindsFollower(scheme, store.committed);
  store.subscribe((changes) => void customKinds.apply(changes));
  const registered = new Registry(store.committed, scheme);
  store.subscribe((changes) => changes.forEach(({ entry }) => registered.changed(entry.key.resource)));
  const api: ClusterApi = {
    store,
    committed: store.committed,
    scheme,
    clock,
    random: seededRandom(1),
    admission: admissionChain(options.admission ?? [namespaceLifecycle]),
    registered,
    webhooks: options.webhooks ?? noWebhooks,
    authorizer: options.authorizer ?? clusterAuthorizer(scheme, podsOn(store.committed)),
    meter: options.meter ?? { of: () => undefined, measure: async () => {} },
    tokens: memoryTokens(options.tokens),
    certificates: memoryCertificates(clock),
    present: (entry) => entry,
  };
  const app = createApp(api);
  const request: TestCluster['request'] = async (method, path, body, { headers = {}, user = admin } = {}) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const type: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' };
    const response = await app.request(
      path,
      { method, headers: { ...type, ...headers }, ...(text !== undefined && { body: text }) },
      { user, address: clusterAddress },
    );
    const answer = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json') && !/^\{.*\}\n\{/s.test(answer);
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      body: json && answer !== '' ? JSON.parse(answer) : undefined,
    };
  };
  const ok: TestCluster['ok'] = async (method, path, body, more) => {
    const answer = await request(method, path, body, more);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  await ok('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
  if (options.roles) await createDefaultRoles(api);
  return { api, clock, request, ok };
}

async function createDefaultRoles(api: ClusterApi): Promise<void> {
  const namespaces = ['kube-system', 'kube-public'].map((name) =>
    create(api, namespaceKind, '', { metadata: { name } } as Draft<Namespace>, { fieldManager: 'kube-apiserver' }),
  );
  const writes = defaultRoleWrites(api.committed).map((write) => applyWrite(api, write, { fieldManager: 'kube-apiserver' }));
  await Promise.all([...namespaces, ...writes]);
}

/** The same API on a store of which some methods answer otherwise. */
export function withStore(api: ClusterApi, overrides: Partial<Store>): ClusterApi {
  const store = new Proxy(api.store, {
    get(target, name) {
      const own = (overrides as Record<string | symbol, unknown>)[name];
      const value: unknown = own ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...api, store };
}

export const widgetPath = '/apis/example.dev/v1/namespaces/default/widgets';

/** A widget to be created. */
export const widget = (name: string, more: { metadata?: object; spec?: object; status?: object } = {}) => ({
  apiVersion: 'example.dev/v1',
  kind: 'Widget',
  ...more,
  metadata: { name, ...more.metadata },
});
