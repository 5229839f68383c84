import type { AdmissionContext } from '../../admission/plugin.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { StrategyContext } from '../../machinery/resource.ts';
import type { Put } from '../../storage/store.ts';
import type { Consultation } from './consultation.ts';
import { keyFor } from './entry.ts';

/** What a decision inside `store.write` works with: one moment, the state with every write before it, and the options. */
export interface DecisionContext extends StrategyContext, AdmissionContext {
  readonly now: Date;
  readonly random: ClusterApi['random'];
  readonly admission: ClusterApi['admission'];
  readonly options: WriteOptions;
  /** Whether admission may have the write wait for an object. */
  readonly isPatient: boolean;
  /** The decision may be made again: it must work on copies. */
  readonly mayRepeat: boolean;
  /** What admission puts in the same commit. */
  readonly also: readonly Put[];
}

export function decisionContext(
  api: ClusterApi,
  pending: Reader,
  options: WriteOptions,
  consultation: Consultation,
): DecisionContext {
  const also: Put[] = [];
  const mayRepeat = api.registered.hasWebhooks;
  return {
    registered: api.registered,
    consult: (questions) => consultation.answersTo(questions),
    isPatient: consultation.isPatient,
    mayRepeat,
    scheme: api.scheme,
    authorizer: api.authorizer,
    committed: api.committed,
    admission: api.admission,
    now: mayRepeat ? consultation.now(api.clock.now()) : api.clock.now(),
    random: mayRepeat ? consultation.replay(api.random) : api.random,
    user: options.user,
    warnings: options.warnings,
    pending,
    options,
    also,
    annotate: (key, value) => void options.annotations?.set(key, value),
    warn: (sentence) => void options.warnings?.push(sentence),
    alsoPut: (resource, object) => {
      const { namespace = '', name } = object.metadata;
      also.push({ key: keyFor(resource, namespace, name), object });
    },
  };
}
