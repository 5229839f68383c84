import type { AdmissionContext } from '../../admission/plugin.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { StrategyContext } from '../../machinery/resource.ts';
import type { Put } from '../../storage/store.ts';
import { keyFor } from './entry.ts';

/** What a decision inside `store.write` works with: one moment, the state with every write before it, and the options. */
export interface DecisionContext extends StrategyContext, AdmissionContext {
  readonly now: Date;
  readonly random: ClusterApi['random'];
  readonly admission: ClusterApi['admission'];
  readonly options: WriteOptions;
  /** What admission puts in the same commit. */
  readonly also: readonly Put[];
}

export function decisionContext(api: ClusterApi, pending: Reader, options: WriteOptions): DecisionContext {
  const also: Put[] = [];
  return {
    scheme: api.scheme,
    authorizer: api.authorizer,
    committed: api.committed,
    admission: api.admission,
    now: api.clock.now(),
    random: api.random,
    user: options.user,
    warnings: options.warnings,
    pending,
    options,
    also,
    warn: (sentence) => void options.warnings?.push(sentence),
    alsoPut: (resource, object) => {
      const { namespace = '', name } = object.metadata;
      also.push({ key: keyFor(resource, namespace, name), object });
    },
  };
}
