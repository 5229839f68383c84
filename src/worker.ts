import { createGateway, type Gateway } from './gateway/gateway.ts';
import { maintain } from './gateway/maintenance.ts';
import type { Env } from './env.ts';

export { Deliverer } from './automation/deliverer.ts';
export { Cluster } from './cluster/object.ts';

let gateway: Gateway | undefined;

export default {
  fetch: (request, env) => (gateway ??= createGateway(env))(request),
  scheduled: (_event, env) => maintain(env),
} satisfies ExportedHandler<Env>;
