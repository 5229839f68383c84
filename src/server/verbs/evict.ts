import type { KubeObject } from '../../machinery/meta.ts';
import { copyPlain, samePlain } from '../../machinery/plain.ts';
import type { Reader } from '../../machinery/reader.ts';
import { notFound, StatusError } from '../../machinery/status.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { podDisruptionBudgets, type PodDisruptionBudget } from '../../resources/policy/poddisruptionbudget.ts';
import type { Decision, Entry } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { admitAll, attributesOf } from './admission.ts';
import { consulting, type Consultation } from './consultation.ts';
import { decisionContext, type DecisionContext } from './context.ts';
import { budgetToTakeFrom, markedForEviction, takenFrom } from './decide-eviction.ts';
import { decideUpdate } from './decide-update.ts';
import { checkPreconditions, decideDeletion, type DeleteOptions } from './deletion.ts';
import { keyFor, subjectOf } from './entry.ts';

/** How often an eviction is decided anew because another budget than before is about the pod. */
const attempts = 20;

/** The budget that was looked up is not the one to take from any more. */
class BudgetMoved extends Error {}

/**
 * Evicts a pod: takes from its disruption budget, says so in the pod's conditions and deletes it. The three are decided on
 * one state and committed together, so that a budget is never overdrawn, nor taken from for a pod that stays. Admission is
 * asked about the `eviction`. Throws 404, 409 on a precondition, 429 with the cause `DisruptionBudget`, 500 for a pod with
 * several budgets.
 */
export async function evict(
  api: ClusterApi,
  pod: { namespace: string; name: string },
  eviction: KubeObject,
  options: DeleteOptions,
  write: WriteOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await consulting(api, write, (consultation) => tryToEvict(api, pod, eviction, options, write, consultation));
    } catch (error) {
      if (!(error instanceof BudgetMoved)) throw error;
      if (attempt === attempts)
        throw new StatusError('Timeout', "Timeout: couldn't update PodDisruptionBudget due to conflicts", {
          retryAfterSeconds: 10,
        });
    }
  }
}

async function tryToEvict(
  api: ClusterApi,
  { namespace, name }: { namespace: string; name: string },
  eviction: KubeObject,
  options: DeleteOptions,
  write: WriteOptions,
  consultation: Consultation,
): Promise<void> {
  const { dryRun = false } = write;
  const key = keyFor(pods, namespace, name);
  const seen = await api.store.get(key);
  if (!seen) throw notFound(subjectOf(pods, name));
  const { entries } = await api.store.list(podDisruptionBudgets.resource, { namespace });
  const expected = budgetToTakeFrom(
    seen.object as Pod,
    entries.map(({ object }) => object as PodDisruptionBudget),
  );

  let granted = false;
  const check = (pod: Pod | undefined, pending: Reader): void => {
    if (!pod) throw notFound(subjectOf(pods, name));
    const budget = budgetToTakeFrom(pod, pending.list(podDisruptionBudgets, namespace));
    if (budget?.metadata.uid !== expected?.metadata.uid) throw new BudgetMoved();
    const context = decisionContext(api, pending, write, consultation);
    const request = { operation: 'CREATE', subresource: 'eviction', object: copyPlain(eviction) } as const;
    admitAll(attributesOf(pods, key, request, context), context);
    checkPreconditions(pods, pod, options);
  };
  const ending = { ...options, preconditions: { uid: seen.object.metadata.uid } };
  // Without a pause between them, so that each is decided on the state that the one before left.
  const writes: Promise<unknown>[] = [];
  if (expected)
    writes.push(
      api.store.write(keyFor(podDisruptionBudgets, namespace, expected.metadata.name), (current, pending) => {
        check(pending.get(pods, namespace, name), pending);
        const decision = current && take(current, name, decisionContext(api, pending, byServer, consultation));
        granted = true;
        return decision && !dryRun ? decision : { type: 'keep' };
      }, byServer),
    );
  writes.push(
    api.store.write(key, (current, pending) => {
      if (!expected) {
        check(current?.object as Pod | undefined, pending);
        granted = true;
      }
      return granted && current && !dryRun ? mark(current, api.clock.now()) : { type: 'keep' };
    }, write),
    api.store.write(
      key,
      (current) => (granted && current && !dryRun ? decideDeletion(pods, current, ending, api.clock.now()) : { type: 'keep' }),
      write,
    ),
  );
  await firstFailure(writes);
}

/** Waits for all, and throws what went wrong first. */
async function firstFailure(writes: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(writes);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Who is known to manage what an eviction writes into a budget. */
const byServer = { fieldManager: 'kube-apiserver' };

function take(current: Entry, podName: string, context: DecisionContext): Decision {
  const object = takenFrom(current.object as PodDisruptionBudget, podName, context.now);
  return decideUpdate(podDisruptionBudgets, current, { object }, 'status', context);
}

function mark(current: Entry, now: Date): Decision {
  const object = markedForEviction(current.object as Pod, now);
  if (samePlain(object, current.object)) return { type: 'keep' };
  delete (object.metadata as Partial<Pod['metadata']>).resourceVersion;
  return { type: 'put', object };
}
