import { seededRandom } from '../../../src/lib/random.ts';
import type { User } from '../../../src/server/api.ts';
import { createApp } from '../../../src/server/app.ts';
import { Auditor, type AuditEntry } from '../../../src/server/audit/auditor.ts';
import type { AuditPolicy } from '../../../src/server/audit/policy.ts';
import { admin, clusterAddress, type TestCluster } from '../support/cluster.ts';

/** The stages that come before the last one. */
export const earlier = ['RequestReceived', 'ResponseStarted'] as const;

interface Sent {
  headers?: Record<string, string>;
  body?: unknown;
  user?: User;
  /** Instead of the cluster's. */
  api?: TestCluster['api'];
}

/** A cluster whose requests are audited, and what was noted of them. */
export function audited(cluster: TestCluster, policy: AuditPolicy) {
  const entries: AuditEntry[] = [];
  const levels: string[] = [];
  const { clock, api } = cluster;
  const queue = { add: (entry: AuditEntry) => void entries.push(entry), countLevel: (level: string) => void levels.push(level) };
  const auditor = new Auditor({ policy, queue, clock, random: seededRandom(7), scheme: api.scheme });
  const send = async (method: string, path: string, { headers = {}, body, user = admin, api: own = api }: Sent = {}) => {
    entries.length = 0;
    const app = createApp(own);
    const text = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const type: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' };
    const request = new Request(`https://cluster${path}`, {
      method,
      headers: { ...type, ...headers },
      ...(text !== undefined && { body: text as BodyInit }),
    });
    const response = await auditor.answer(request, { user, address: clusterAddress }, async (given, env) => {
      clock.advance(1);
      return app.fetch(given, env);
    });
    return { status: response.status, auditId: response.headers.get('audit-id'), text: await response.text() };
  };
  return { auditor, entries, levels, send, events: () => entries.map((entry) => entry.build()) };
}

/** A policy of one rule, which matches whatever there is unless `more` says less. */
export const everything = (level: AuditPolicy['rules'][number]['level'], more: object = {}): AuditPolicy => ({ rules: [{ level, ...more }] });
export const path = '/api/v1/namespaces/default/configmaps';
export const configMap = (name: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more });
