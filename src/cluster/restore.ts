import { actionFor, bodyFor, orderOf, pathOf, type Action, type Changed, type RestoreScope } from '../history/restore-plan.ts';
import type { KubeObject, OwnerReference } from '../machinery/meta.ts';
import type { AnyResource } from '../machinery/resource.ts';
import type { Scheme } from '../machinery/scheme.ts';
import type { RestorePosition, RestoreProblem } from '../db/restore-records.ts';
import { limits } from '../lib/limits.ts';
import type { CachedStore } from '../storage/cached-store.ts';
import { StoreError } from '../storage/store.ts';

/** A restore, as far as it has to be known to carry it out. */
export interface Restore {
  revision: number;
  scope: RestoreScope & { until: number };
  position: RestorePosition | undefined;
  steps: number | undefined;
  done: number;
  problems: RestoreProblem[];
}

/** One thing that a restore would do. */
export interface PlannedStep {
  action: Action;
  resource: string;
  namespace: string;
  name: string;
}

export interface RestoreOptions {
  store: Pick<CachedStore, 'changedSince' | 'get'>;
  scheme: Scheme;
  /** Asks the API of the cluster in the name of who wants the restore. */
  ask(method: string, path: string, body: object): Promise<Answer>;
}

interface Answer {
  ok: boolean;
  status: number;
  text: string;
}

/** How the next turn goes on. */
export type Turn =
  /** There is more to do: the record as it is now, to be kept; `waitMs` before it goes on. */
  | { more: true; restore: Restore; waitMs: number }
  | { more: false; restore: Restore; succeeded: boolean };

/** How long something that stands in the way is waited for: a namespace that ends, say. */
const retryMs = 2_000;
const attemptsMax = 90;
const query = '?fieldManager=hibernetes-restore';

/** Everything in the scope that changed between the moment and `until`, in the order in which it is gone through. */
async function changedOf({ store }: RestoreOptions, { revision, scope }: Pick<Restore, 'revision' | 'scope'>): Promise<Changed[]> {
  const { until, keepNew: _, ...place } = scope;
  // A namespace is itself part of what is restored in it.
  const wanted = [place, ...(place.namespace !== undefined && place.resource === undefined ? [{ resource: 'namespaces', name: place.namespace }] : [])];
  const found = (await Promise.all(wanted.map((each) => store.changedSince(revision, until, each)))).flat();
  const changed = found.map(({ key, type, entry }) => {
    if (!entry && type !== 'ADDED') throw new StoreError('compacted', 'the log no longer knows how some objects were');
    return { resource: key.resource, namespace: key.namespace, name: key.name, ...(entry && { before: entry.object }) };
  });
  return orderOf(changed);
}

/** What a restore would do now. */
export async function planRestore(options: RestoreOptions, restore: Pick<Restore, 'revision' | 'scope'>): Promise<PlannedStep[]> {
  const steps: PlannedStep[] = [];
  for (const changed of await changedOf(options, restore)) {
    const { resource, namespace, name } = changed;
    const action = actionFor(changed, await nowOf(options, changed), restore.scope);
    if (action) steps.push({ action, resource, namespace, name });
  }
  return steps;
}

/**
 * Carries out the next steps of a restore, so many at most, as ordinary requests. What is refused is noted and left; what is only in
 * the way for now is waited for. Each step looks at the object as it is then: one that was made before a crash is not made twice.
 */
export async function restoreOn(options: RestoreOptions, restore: Restore, stepsMax: number): Promise<Turn> {
  const changed = await changedOf(options, restore);
  const behind = restore.position?.path;
  const start = behind === undefined ? 0 : changed.findIndex((each) => pathOf(each) === behind) + 1;
  const problems = [...restore.problems];
  let attempts = restore.position?.attempts ?? 0;
  const at = (index: number, tried = 0): Restore => ({
    ...restore,
    steps: changed.length,
    done: index,
    problems: problems.slice(0, limits.restoreProblemsTold),
    position: { ...(index > 0 && { path: pathOf(changed[index - 1]!) }), attempts: tried },
  });
  for (let index = start; index < changed.length; index++) {
    if (index - start >= stepsMax) return { more: true, restore: at(index, attempts), waitMs: 0 };
    const outcome = await step(options, changed[index]!, restore.scope);
    if (outcome.type === 'later' && attempts < attemptsMax) return { more: true, restore: at(index, attempts + 1), waitMs: retryMs };
    if (outcome.type !== 'done') problems.push({ object: pathOf(changed[index]!), message: outcome.message.slice(0, 500) });
    // What has been waited for in vain is not waited for once more for every object.
    if (outcome.type === 'done') attempts = 0;
  }
  return { more: false, restore: at(changed.length), succeeded: problems.length === 0 };
}

type Outcome = { type: 'done' } | { type: 'later' | 'refused'; message: string };

async function step(options: RestoreOptions, changed: Changed, scope: RestoreScope): Promise<Outcome> {
  const now = await nowOf(options, changed);
  const action = actionFor(changed, now, scope);
  if (!action) return { type: 'done' };
  const version = (changed.before ?? now)!.apiVersion;
  const kind = options.scheme.byResource(changed.resource, version) ?? options.scheme.byResource(changed.resource);
  if (!kind) {
    // Its definition may be restored and not be served yet.
    const defined = await options.store.get({ resource: 'customresourcedefinitions.apiextensions.k8s.io', namespace: '', name: changed.resource });
    return { type: defined ? 'later' : 'refused', message: 'the cluster does not serve the kind' };
  }
  const { namespace, name } = changed;
  if (action === 'delete') {
    const body = { propagationPolicy: 'Background', preconditions: { uid: now!.metadata.uid } };
    return outcomeOf(await options.ask('DELETE', addressOf(kind, namespace, name), body), action);
  }
  const owners = new Map<OwnerReference, string | undefined>();
  for (const owner of changed.before!.metadata.ownerReferences ?? []) owners.set(owner, await uidOf(options, owner, namespace));
  const body = bodyFor(changed, action, now, (owner) => [...owners].find(([each]) => each.uid === owner.uid)?.[1]);
  return action === 'create'
    ? outcomeOf(await options.ask('POST', addressOf(kind, namespace) + query, body), action)
    : outcomeOf(await options.ask('PUT', addressOf(kind, namespace, name) + query, body), action);
}

function outcomeOf({ ok, status, text }: Answer, action: Action): Outcome {
  if (ok) return { type: 'done' };
  const message = messageOf(text);
  // Somebody was faster: the next look sees it. What is to be made lacks what it is to be in.
  const moved = status === 409 || (status === 404 && action !== 'create');
  const passes = moved || status === 429 || status >= 500 || /is being terminated/.test(message);
  return { type: passes ? 'later' : 'refused', message };
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? '';
  } catch {
    return '';
  }
}

const nowOf = async ({ store }: RestoreOptions, { resource, namespace, name }: Changed): Promise<KubeObject | undefined> =>
  (await store.get({ resource, namespace, name }))?.object;

/** The uid of the owner of that name, as it is now. */
async function uidOf({ store, scheme }: RestoreOptions, { apiVersion, kind, name }: OwnerReference, namespace: string): Promise<string | undefined> {
  const owner = scheme.byKind(apiVersion, kind);
  if (!owner) return undefined;
  const entry = await store.get({ resource: owner.resource, namespace: owner.namespaced ? namespace : '', name });
  return entry?.object.metadata.uid;
}

function addressOf({ group, version, plural, namespaced }: AnyResource, namespace: string, name?: string): string {
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespaced ? `${api}/namespaces/${namespace}/${plural}` : `${api}/${plural}`;
  return name === undefined ? place : `${place}/${encodeURIComponent(name)}`;
}
