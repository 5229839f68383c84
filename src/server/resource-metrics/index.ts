import type { AnyResource } from '../../machinery/resource.ts';
import { nodeMetrics } from '../../resources/metrics/nodemetrics.ts';
import { podMetrics } from '../../resources/metrics/podmetrics.ts';
import type { RequestVerb } from '../http/authorize.ts';
import type { Handler } from '../http/request.ts';
import { handleGetNodeMetrics, handleListNodeMetrics } from './nodes.ts';
import { handleGetPodMetrics, handleListPodMetrics } from './pods.ts';

/** Kinds that are measured when somebody asks, and never stored. */
const measured = new Map<AnyResource, Partial<Record<RequestVerb, Handler>>>([
  [nodeMetrics, { get: handleGetNodeMetrics, list: handleListNodeMetrics }],
  [podMetrics, { get: handleGetPodMetrics, list: handleListPodMetrics }],
]);

/** What answers a request about usage; undefined for a kind that is stored. */
export const metricsHandlerOf = (resource: AnyResource, verb: RequestVerb): Handler | undefined => measured.get(resource)?.[verb];
