import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath } from './support/cluster.ts';

const pods = '/api/v1/namespaces/default/pods';
const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...more },
});
const binding = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name, ...more },
  target: { kind: 'Node', name: 'n1' },
});

describe('scale', () => {
  it('shows and changes the replicas of any kind', async () => {
    const { ok } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a', { spec: { size: 2 } }));
    const scale = await ok('GET', `${widgetPath}/a/scale`);
    const { name, namespace, uid, resourceVersion, creationTimestamp } = made.metadata;
    expect(scale).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=widget' },
    });
    const larger = await ok('PUT', `${widgetPath}/a/scale`, { ...scale, spec: { replicas: 5 } });
    expect(larger.spec).toEqual({ replicas: 5 });
    expect(await ok('GET', `${widgetPath}/a`)).toMatchObject({ spec: { size: 5, color: 'grey' }, metadata: { generation: 2 } });
    const patched = await ok(
      'PATCH',
      `${widgetPath}/a/scale`,
      { spec: { replicas: 1 } },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
    expect(patched.spec.replicas).toBe(1);
    const zero = await ok('PUT', `${widgetPath}/a/scale`, { metadata: { name: 'a' } });
    expect(zero.spec.replicas).toBe(0);
  });

  it.each([
    [
      'below nothing',
      { metadata: { name: 'a' }, spec: { replicas: -1 } },
      422,
      'Scale.autoscaling "a" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'an old resourceVersion',
      { metadata: { name: 'a', resourceVersion: '1' }, spec: { replicas: 3 } },
      409,
      /the object has been modified/,
    ],
    ['another uid', { metadata: { name: 'a', uid: 'x' }, spec: { replicas: 3 } }, 409, /UID in precondition: x/],
    ['another name', { metadata: { name: 'b' }, spec: { replicas: 3 } }, 400, /does not match the name on the URL/],
  ])('refuses %s', async (_, scale, code, message) => {
    const { ok, request } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const answer = await request('PUT', `${widgetPath}/a/scale`, scale);
    expect(answer.body.message).toMatch(message);
    expect(answer.status).toBe(code);
  });

  it('is not there for kinds without it', async () => {
    const { request, ok } = await testCluster();
    await ok('POST', '/apis/example.dev/v1/gadgets', { metadata: { name: 'g' } });
    expect((await request('GET', '/apis/example.dev/v1/gadgets/g/scale')).status).toBe(404);
    expect((await request('GET', '/apis/example.dev/v1/gadgets/g/status')).status).toBe(404);
    expect((await request('POST', `${widgetPath}/a/scale`, {})).status).toBe(405);
  });
});

describe('binding', () => {
  it.each([
    ['the subresource', `${pods}/p/binding`],
    ['the older collection', '/api/v1/namespaces/default/bindings'],
  ])('gives a pod a node: %s', async (_, path) => {
    const { ok, request } = await testCluster();
    const made = await ok('POST', pods, pod('p'));
    const done = await request('POST', path, { ...binding('p', { uid: made.metadata.uid, annotations: { a: 'b' } }) });
    expect([done.status, done.body.status]).toEqual([201, 'Success']);
    const bound = await ok('GET', `${pods}/p`);
    expect(bound.spec.nodeName).toBe('n1');
    expect(bound.metadata.annotations).toEqual({ a: 'b' });
    expect(bound.status.conditions).toEqual([
      { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-05-01T12:00:00Z' },
    ]);
  });

  it.each([
    [
      'one that has a node',
      'bound',
      {},
      409,
      'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n0"',
    ],
    [
      'another pod',
      'free',
      { uid: 'x' },
      409,
      /^Operation cannot be fulfilled on pods "free": Precondition failed: UID in precondition: x/,
    ],
    ['an older pod', 'free', { resourceVersion: '1' }, 409, /ResourceVersion in precondition: 1/],
    ['no pod', 'none', {}, 404, 'pods "none" not found'],
  ])('refuses %s', async (_, name, metadata, code, message) => {
    const { ok, request } = await testCluster();
    await ok('POST', pods, pod('bound', { nodeName: 'n0' }));
    await ok('POST', pods, pod('free'));
    const answer = await request('POST', `${pods}/${name}/binding`, binding(name, metadata));
    expect(answer.body.message).toMatch(message);
    expect(answer.status).toBe(code);
  });

  it('refuses pods that end or wait, and takes labels over', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', pods, { ...pod('ending'), metadata: { name: 'ending', finalizers: ['example.dev/hold'] } });
    await ok('DELETE', `${pods}/ending`);
    expect((await request('POST', `${pods}/ending/binding`, binding('ending'))).body.message).toMatch(
      /pod ending is being deleted, cannot be assigned to a host$/,
    );
    await ok('POST', pods, pod('gated', { schedulingGates: [{ name: 'example.dev/wait' }] }));
    expect((await request('POST', `${pods}/gated/binding`, binding('gated'))).body.message).toMatch(
      /pod gated has non-empty .spec.schedulingGates$/,
    );
    const { status } = await ok('POST', pods, pod('p'));
    await ok(
      'PATCH',
      `${pods}/p/status`,
      { status: { ...status, nominatedNodeName: 'n9' } },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
    expect((await ok('GET', `${pods}/p`)).status.nominatedNodeName).toBe('n9');
    await ok('POST', `${pods}/p/binding`, binding('p', { labels: { zone: 'z' } }));
    const bound = await ok('GET', `${pods}/p`);
    expect([bound.metadata.labels, bound.status.nominatedNodeName]).toEqual([{ zone: 'z' }, undefined]);
  });

  it('checks the binding itself', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', pods, pod('p'));
    expect((await request('POST', `${pods}/p/binding`, binding('q'))).body).toMatchObject({
      code: 400,
      message: 'name in URL does not match name in Binding object',
    });
    const wrong = { ...binding('p'), target: { kind: 'Pod' } };
    expect((await request('POST', `${pods}/p/binding`, wrong)).body).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'target.kind' }, { field: 'target.name' }] },
    });
    await ok('POST', `${pods}/p/binding?dryRun=All`, binding('p'));
    expect((await ok('GET', `${pods}/p`)).spec.nodeName).toBeUndefined();
  });
});

describe('eviction', () => {
  it('deletes the pod', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', pods, pod('p', { nodeName: 'n1' }));
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'p' },
      deleteOptions: { gracePeriodSeconds: 7 },
    };
    expect((await request('POST', `${pods}/p/eviction`, { ...eviction, metadata: { name: 'q' } })).status).toBe(400);
    expect((await request('POST', `${pods}/p/eviction`, eviction)).body).toMatchObject({ status: 'Success', code: 201 });
    expect((await ok('GET', `${pods}/p`)).metadata.deletionGracePeriodSeconds).toBe(7);
  });
});
