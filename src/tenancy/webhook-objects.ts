import type { ClusterRecord } from './cluster-records.ts';
import type { ManagementOptions } from './context.ts';
import { Problem, type ProblemCode } from './problem.ts';

/** A subscription as its cluster has it. */
export interface SubscriptionObject {
  metadata: { name: string; namespace?: string; uid: string; creationTimestamp: string };
  spec: { url: string; [field: string]: unknown };
  status?: object;
}

const group = '/apis/automation.hibernetes.dev/v1';

/** Where subscriptions of a namespace, or without one those of the whole cluster, are. */
export const collectionOf = (namespace: string | undefined): string =>
  namespace === undefined ? `${group}/clusterwebhooksubscriptions` : `${group}/namespaces/${namespace}/webhooksubscriptions`;

/** The path of the object that an id (`NAME` or `NAMESPACE:NAME`) stands for. */
export function objectPath(id: string): string {
  const colon = id.indexOf(':');
  return `${collectionOf(colon < 0 ? undefined : id.slice(0, colon))}/${id.slice(colon + 1)}`;
}

export const idOf = ({ metadata: { name, namespace } }: SubscriptionObject): string =>
  namespace === undefined ? name : `${namespace}:${name}`;

/** Subscriptions of all namespaces. */
export const allNamespaces = `${group}/webhooksubscriptions`;

const codes: Readonly<Record<number, ProblemCode>> = { 403: 'forbidden', 404: 'not_found', 409: 'name_taken', 422: 'invalid', 503: 'unavailable' };

/** Asks the API of a cluster, where webhooks are objects. Its refusals become problems. */
export async function ask<T>(
  { clusters }: ManagementOptions,
  cluster: ClusterRecord,
  user: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await clusters.ask(cluster.id, { method, path, user, ...(body && { body: JSON.stringify(body) }) });
  const parsed = JSON.parse(answer.body) as T & { message?: string };
  if (answer.status >= 200 && answer.status < 300) return parsed;
  throw new Problem(codes[answer.status] ?? 'internal', codes[answer.status] ? (parsed.message ?? '') : 'the cluster could not carry it out');
}
