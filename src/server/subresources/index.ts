import { handleGet } from '../handlers/read.ts';
import { patchHandler } from '../handlers/patch.ts';
import { updateHandler } from '../handlers/update.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Handler } from '../http/request.ts';
import { namespacesResource } from '../verbs/namespace-lifecycle.ts';
import { handleBinding } from './binding.ts';
import { handleEviction } from './eviction.ts';
import { handleNodeProxy, handlePodProxy, handleServiceProxy } from './proxy.ts';
import { handleGetScale, handlePatchScale, handleUpdateScale, hasScale } from './scale.ts';
import { handleToken } from './token.ts';
import { handleContainerStream, handleLog, handlePortForward } from './through-node.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Subresource {
  name: string;
  /** Which kinds have it. */
  of(resource: AnyResource): boolean;
  methods: Partial<Record<Method, Handler>>;
  /** What it answers is stored nowhere, and has no form as a table. */
  isTransient?: boolean;
}

const only =
  (...resources: string[]) =>
  (resource: AnyResource) =>
    resources.includes(resource.resource);

const opening = (handler: Handler) => ({ GET: handler, POST: handler });
const proxying = (handler: Handler) => ({ GET: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler });

/** Every subresource of every kind. */
export const subresources: readonly Subresource[] = [
  {
    name: 'status',
    of: (resource) => resource.hasStatus,
    methods: { GET: handleGet, PUT: updateHandler('status'), PATCH: patchHandler('status') },
  },
  {
    name: 'approval',
    of: (resource) => resource.strategy.prepareForApproval !== undefined,
    methods: { GET: handleGet, PUT: updateHandler('approval'), PATCH: patchHandler('approval') },
  },
  ...(['ephemeralcontainers', 'resize'] as const).map((name) => ({
    name,
    of: (resource: AnyResource) => resource.strategy.parts?.[name] !== undefined,
    methods: { GET: handleGet, PUT: updateHandler(name), PATCH: patchHandler(name) },
  })),
  { name: 'scale', of: hasScale, methods: { GET: handleGetScale, PUT: handleUpdateScale, PATCH: handlePatchScale } },
  { name: 'finalize', of: only(namespacesResource), methods: { PUT: updateHandler('finalize') } },
  { name: 'binding', of: only('pods'), methods: { POST: handleBinding } },
  { name: 'eviction', of: only('pods'), methods: { POST: handleEviction } },
  { name: 'token', of: only('serviceaccounts'), methods: { POST: handleToken }, isTransient: true },
  { name: 'log', of: only('pods'), methods: { GET: handleLog } },
  { name: 'exec', of: only('pods'), methods: opening(handleContainerStream) },
  { name: 'attach', of: only('pods'), methods: opening(handleContainerStream) },
  { name: 'portforward', of: only('pods'), methods: opening(handlePortForward) },
  { name: 'proxy', of: only('pods'), methods: proxying(handlePodProxy) },
  { name: 'proxy', of: only('services'), methods: proxying(handleServiceProxy) },
  { name: 'proxy', of: only('nodes'), methods: proxying(handleNodeProxy) },
];

export const subresourceOf = (resource: AnyResource, name: string): Subresource | undefined =>
  subresources.find((subresource) => subresource.name === name && subresource.of(resource));
