import type { ActionOf } from '../config.ts';
import { HookError } from '../expressions.ts';
import { render } from '../template.ts';
import { pathOf, ruleFor, shownAs, type ActionContext, type ActionResult } from './action.ts';

const replicasMax = 100_000;

/** Says how many pods a workload has. */
export async function scale({ kind, name, replicas }: ActionOf<'scale'>, { client, rendering }: ActionContext): Promise<ActionResult> {
  const wanted = typeof replicas === 'number' ? replicas : Number(render(replicas, rendering));
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > replicasMax)
    throw new HookError(`replicas must be a whole number from 0 to ${replicasMax}`);
  const path = `${pathOf(client.namespace, kind, name)}/scale`;
  const before = await client.get<{ spec: { replicas?: number } }>(path, ruleFor(kind, name, 'get', '/scale'));
  const object = shownAs(kind, name);
  const detail = `${before.spec.replicas ?? 0} → ${wanted} replicas`;
  if ((before.spec.replicas ?? 0) === wanted) return { object, result: 'unchanged', detail };
  await client.patch(path, ruleFor(kind, name, 'patch', '/scale'), 'merge', { spec: { replicas: wanted } });
  return { object, result: 'changed', detail };
}
