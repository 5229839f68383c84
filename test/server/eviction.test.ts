import { describe, expect, it } from 'vitest';
import { testCluster } from './support/cluster.ts';

const pods = '/api/v1/namespaces/default/pods';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
const eviction = (name: string, deleteOptions?: object) => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name },
  ...(deleteOptions && { deleteOptions }),
});
const refused = "Cannot evict pod as it would violate the pod's disruption budget.";

/** A cluster with budgets over all pods, of which one can be made, made ready and evicted. */
async function cluster(...statuses: object[]) {
  const made = await testCluster();
  const { ok, request } = made;
  for (const [i, { spec, ...status }] of (statuses as { spec?: object }[]).entries()) {
    await ok('POST', budgets, { metadata: { name: `b${i}` }, spec: { minAvailable: 1, selector: {}, ...spec } });
    await ok('PATCH', `${budgets}/b${i}/status`, { status: { observedGeneration: 1, ...status } }, merge);
  }
  const pod = async (name: string, phase = 'Running', ready = 'True') => {
    await ok('POST', pods, { metadata: { name }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] } });
    return ok('PATCH', `${pods}/${name}/status`, { status: { phase, conditions: [{ type: 'Ready', status: ready }] } }, merge);
  };
  const evict = (name: string, deleteOptions?: object, query = '') =>
    request('POST', `${pods}/${name}/eviction${query}`, eviction(name, deleteOptions));
  return { ...made, pod, evict };
}

describe('eviction', () => {
  it('takes from the budget, marks the pod and deletes it, in this order', async () => {
    const { api, pod, evict, ok } = await cluster({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 });
    await pod('p');
    await pod('q');
    const before = api.store.revision;
    const done = await evict('p');
    expect([done.status, done.body.status]).toEqual([201, 'Success']);
    const changes = await api.store.changesAfter(before);
    expect(changes.map(({ type, entry }) => `${type} ${entry.key.resource}`)).toEqual([
      'MODIFIED poddisruptionbudgets.policy',
      'MODIFIED pods',
      'MODIFIED pods',
    ]);
    const budget = await ok('GET', `${budgets}/b0`);
    expect(budget.status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { p: '2026-05-01T12:00:00Z' },
      conditions: [
        { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '', observedGeneration: 1 },
      ],
    });
    expect(budget.metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'kube-apiserver', subresource: 'status' }),
    );
    const ending = await ok('GET', `${pods}/p`);
    expect(ending.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(ending.status.conditions.at(-1)).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    });
    const second = await evict('q');
    expect([second.status, second.body.reason, second.body.message]).toEqual([429, 'TooManyRequests', refused]);
    expect((await evict('p', { gracePeriodSeconds: 0 })).status).toBe(201);
  });

  it('never overdraws a budget, however many ask at once', async () => {
    const { pod, evict, ok } = await cluster({ disruptionsAllowed: 2, currentHealthy: 5, desiredHealthy: 3 });
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await pod(name);
    const answers = await Promise.all(names.map((name) => evict(name)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429]);
    const budget = await ok('GET', `${budgets}/b0`);
    expect(budget.status.disruptionsAllowed).toBe(0);
    const ending = (await ok('GET', pods)).items.filter((p: any) => p.metadata.deletionTimestamp);
    expect(ending.map((p: any) => p.metadata.name)).toEqual(Object.keys(budget.status.disruptedPods));
  });

  const failed = { type: 'DisruptionAllowed', status: 'False', lastTransitionTime: '2026-05-01T12:00:00Z' };
  it.each<[string, object, number, string | undefined, number | undefined]>([
    [
      'needs them all',
      { currentHealthy: 1, desiredHealthy: 1 },
      429,
      'The disruption budget b0 needs 1 healthy pods and has 1 currently',
      undefined,
    ],
    ['was not seen yet', { observedGeneration: 0 }, 429, 'The disruption budget b0 is still being processed by the server.', 10],
    [
      'could not be worked out',
      { conditions: [{ ...failed, reason: 'SyncFailed', message: 'found no controllers for pod "p"' }] },
      429,
      'The disruption budget b0 does not allow evicting pods currently because it failed sync: found no controllers for pod "p"',
      undefined,
    ],
    [
      'says why',
      { currentHealthy: 2, desiredHealthy: 1, conditions: [{ ...failed, reason: 'Other', message: 'because' }] },
      429,
      'The disruption budget b0 does not allow evicting pods currently (Other): because',
      undefined,
    ],
    [
      'does not say why',
      { currentHealthy: 2, desiredHealthy: 1 },
      429,
      'The disruption budget b0 does not allow evicting pods currently',
      undefined,
    ],
    [
      'waits for too many',
      {
        disruptionsAllowed: 1,
        disruptedPods: Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`p${i}`, '2026-05-01T12:00:00Z'])),
      },
      403,
      undefined,
      undefined,
    ],
  ])('is refused by a budget that %s', async (_, status, code, cause, retry) => {
    const { pod, evict, ok } = await cluster(status);
    await pod('p');
    const answer = await evict('p');
    expect(answer.status).toBe(code);
    if (cause) expect(answer.body.details.causes).toEqual([{ reason: 'DisruptionBudget', message: cause }]);
    expect(answer.body.details.retryAfterSeconds).toBe(retry);
    expect(answer.headers.get('retry-after')).toBe(retry === undefined ? null : String(retry));
    expect((await ok('GET', `${pods}/p`)).metadata.deletionTimestamp).toBeUndefined();
  });

  it('asks no budget for pods that have ended or not begun, nor without a budget', async () => {
    const { pod, evict } = await cluster({}, {});
    for (const phase of ['Pending', 'Succeeded', 'Failed']) {
      await pod(phase.toLowerCase(), phase);
      expect((await evict(phase.toLowerCase())).status).toBe(201);
    }
    await pod('p');
    const both = await evict('p');
    expect([both.status, both.body.message, both.body.reason]).toEqual([
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      undefined,
    ]);
  });

  it.each<[string, object, number]>([
    ['IfHealthyBudget with enough healthy pods', { currentHealthy: 1, desiredHealthy: 1 }, 201],
    ['IfHealthyBudget with too few', { currentHealthy: 0, desiredHealthy: 1 }, 429],
    ['IfHealthyBudget that wants none', { currentHealthy: 0, desiredHealthy: 0 }, 429],
    ['AlwaysAllow', { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, desiredHealthy: 1 }, 201],
  ])('of a pod that is not ready, with %s', async (_, status, code) => {
    const { pod, evict, ok } = await cluster(status);
    await pod('p', 'Running', 'False');
    expect((await evict('p')).status).toBe(code);
    expect((await ok('GET', `${budgets}/b0`)).status.disruptedPods).toBeUndefined();
  });

  it('takes nothing when a precondition fails or it is only tried', async () => {
    const { api, pod, evict } = await cluster({ disruptionsAllowed: 1 });
    await pod('p');
    const before = api.store.revision;
    const uid = await evict('p', { preconditions: { uid: 'x' } });
    expect([uid.status, uid.body.message]).toEqual([
      409,
      expect.stringMatching(/^Operation cannot be fulfilled on Pod "p": the UID in the precondition \(x\) does not match/),
    ]);
    expect(uid.body.details).toMatchObject({ kind: 'Pod', name: 'p' });
    expect((await evict('p', { preconditions: { resourceVersion: '1' } })).status).toBe(409);
    expect((await evict('p', { dryRun: ['All'] })).status).toBe(201);
    expect((await evict('p', undefined, '?dryRun=All')).status).toBe(201);
    expect(api.store.revision).toBe(before);
    expect((await evict('none')).status).toBe(404);
  });
});
