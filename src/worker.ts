import { createGateway, type Gateway } from './gateway/gateway.ts';
import { maintain } from './gateway/maintenance.ts';
import type { Env } from './env.ts';

export { Deliverer } from './automation/deliverer.ts';
export { Cluster } from './cluster/object.ts';

let gateway: Gateway | undefined;

export default {
  fetch: (request, env, context) => (gateway ??= createGateway(env))(request, (work) => context.waitUntil(work)),
  scheduled: (_event, env) => maintain(env),
} satisfies ExportedHandler<Env>;
