import { metricsMediaType, type MetricsRegistry } from '../../lib/metrics.ts';
import { contentResponse } from '../http/respond.ts';

/** GET /metrics: what was counted since the cluster woke up, for Prometheus. */
export const metricsText = (registry: MetricsRegistry) => (): Response => contentResponse(metricsMediaType, registry.text());
