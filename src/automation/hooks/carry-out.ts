import { Meter } from '../../cel/meter.ts';
import { perform } from './actions/index.ts';
import type { ActionResult } from './actions/action.ts';
import type { HookClient } from './client.ts';
import type { HookConfig } from './config.ts';
import { compileFilter, deliveryCostMax, evaluate, HookError, type Bindings } from './expressions.ts';
import { renderingOf } from './template.ts';

/** What became of a delivery, for the owner of the hook. */
export interface Outcome {
  state: 'done' | 'filtered' | 'failed';
  /** Of the actions before the one that failed, too. */
  results: ActionResult[];
  error: string | undefined;
  /** Whether the same delivery may succeed at another time. */
  passing: boolean;
}

export interface Delivery {
  config: Pick<HookConfig, 'format' | 'filter' | 'actions'>;
  bindings: Bindings;
  client: HookClient;
  receivedAt: Date;
  /** SHA-256 in hex: what tells the delivery from others. */
  key: string;
}

/** Does what a hook says about a delivery. Expressions may cost so much together; the cluster is asked only after the filter. */
export async function carryOut({ config, bindings, client, receivedAt, key }: Delivery): Promise<Outcome> {
  const results: ActionResult[] = [];
  const meter = new Meter(deliveryCostMax);
  try {
    if (!passes(config, bindings, meter)) return { state: 'filtered', results, error: undefined, passing: false };
    const context = { client, rendering: renderingOf(bindings, meter), receivedAt, key };
    for (const action of config.actions) results.push(await perform(action, context));
    return { state: 'done', results, error: undefined, passing: false };
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return { state: 'failed', results, error: error.message, passing: error.passing };
  }
}

function passes({ format, filter }: Delivery['config'], bindings: Bindings, meter: Meter): boolean {
  // What GitHub says to a hook that is new.
  if (format === 'github' && bindings.event.type === 'ping') return false;
  return filter === undefined || evaluate(compileFilter(filter), bindings, meter) === true;
}
