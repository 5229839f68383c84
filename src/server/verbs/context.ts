import type { ClusterApi, WriteOptions } from '../api.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { StrategyContext } from '../../machinery/resource.ts';

/** What a decision inside `store.write` works with: one moment, the state with every write before it, and the options. */
export interface DecisionContext extends StrategyContext {
  readonly scheme: ClusterApi['scheme'];
  readonly pending: Reader;
  readonly options: WriteOptions;
}

export const decisionContext = (api: ClusterApi, pending: Reader, options: WriteOptions): DecisionContext => ({
  scheme: api.scheme,
  now: api.clock.now(),
  random: api.random,
  user: options.user,
  warnings: options.warnings,
  pending,
  options,
});
