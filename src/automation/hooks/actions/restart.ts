import type { ActionOf } from '../config.ts';
import { pathOf, ruleFor, shownAs, type ActionContext, type ActionResult } from './action.ts';

/** Replaces the pods of a workload, as `kubectl rollout restart` does. */
export async function restart({ kind, name }: ActionOf<'restart'>, { client, receivedAt }: ActionContext): Promise<ActionResult> {
  const restartedAt = receivedAt.toISOString().replace(/\.\d+Z$/, 'Z');
  const annotations = { 'kubectl.kubernetes.io/restartedAt': restartedAt };
  const patch = { spec: { template: { metadata: { annotations } } } };
  await client.patch(pathOf(client.namespace, kind, name), ruleFor(kind, name, 'patch'), 'strategic', patch);
  return { object: shownAs(kind, name), result: 'changed', detail: `restarted at ${restartedAt}` };
}
