import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath } from './support/cluster.ts';

const path = `${widgetPath}/a`;
const as = (type: string) => ({ headers: { 'content-type': type } });
const merge = as('application/merge-patch+json');
const json = as('application/json-patch+json');
const strategic = as('application/strategic-merge-patch+json');

async function withWidget() {
  const cluster = await testCluster();
  const made = await cluster.ok('POST', widgetPath, widget('a', { spec: { size: 1, parts: { x: '1', y: '2' } } }));
  return { ...cluster, made };
}

describe('patch', () => {
  it.each([
    ['merge', merge, { spec: { size: 2, parts: { x: null } } }, { size: 2, color: 'grey', parts: { y: '2' } }],
    [
      'json',
      json,
      [
        { op: 'replace', path: '/spec/size', value: 3 },
        { op: 'remove', path: '/spec/parts/y' },
      ],
      { size: 3, color: 'grey', parts: { x: '1' } },
    ],
    [
      'strategic',
      strategic,
      { spec: { size: 4, parts: { x: null, z: '3' } } },
      { size: 4, color: 'grey', parts: { y: '2', z: '3' } },
    ],
  ])('changes the newest state: %s', async (_, type, patch, spec) => {
    const { ok, made } = await withWidget();
    const patched = await ok('PATCH', path, patch, {
      headers: { 'content-type': `${type.headers['content-type']}; charset=utf-8` },
    });
    expect(patched.spec).toEqual(spec);
    expect(patched.metadata.generation).toBe(2);
    expect((await ok('GET', path)).spec).toEqual(spec);
    expect(made.spec.parts).toEqual({ x: '1', y: '2' });
  });

  it('never conflicts by itself, but with the resourceVersion that it names', async () => {
    const { ok, request, made } = await withWidget();
    await Promise.all(Array.from({ length: 20 }, (_, i) => ok('PATCH', path, { spec: { parts: { [`p${i}`]: 'x' } } }, merge)));
    expect(Object.keys((await ok('GET', path)).spec.parts)).toHaveLength(22);
    const stale = await request(
      'PATCH',
      path,
      { metadata: { resourceVersion: made.metadata.resourceVersion }, spec: { size: 9 } },
      merge,
    );
    expect(stale.body).toMatchObject({ code: 409, reason: 'Conflict' });
  });

  it('writes nothing when nothing changes', async () => {
    const { ok, api, made } = await withWidget();
    expect(await ok('PATCH', path, { spec: { size: 1 } }, merge)).toEqual(made);
    expect(String(api.store.revision)).toBe(made.metadata.resourceVersion);
    expect((await ok('PATCH', `${path}?dryRun=All`, { spec: { size: 5 } }, merge)).spec.size).toBe(5);
    expect(String(api.store.revision)).toBe(made.metadata.resourceVersion);
  });

  it.each([
    ['merge', merge, { spec: { size: 2 } }],
    ['json', json, [{ op: 'add', path: '/spec/size', value: 2 }]],
    ['strategic', strategic, { spec: { size: 2 } }],
  ])('leaves the stored state alone: %s', async (_, type, patch) => {
    const { ok, api } = await withWidget();
    const stored = await api.store.get({ resource: 'widgets.example.dev', namespace: 'default', name: 'a' });
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      Object.freeze(value);
      Object.values(value).forEach(freeze);
    };
    freeze(stored!.object);
    expect((await ok('PATCH', path, patch, type)).spec.size).toBe(2);
  });

  it('patches the status alone', async () => {
    const { ok } = await withWidget();
    const patched = await ok('PATCH', `${path}/status`, { spec: { size: 8 }, status: { phase: 'Ready' } }, strategic);
    expect([patched.spec.size, patched.status.phase]).toEqual([1, 'Ready']);
    expect((await ok('PATCH', path, { status: { phase: 'No' } }, merge)).status.phase).toBe('Ready');
  });

  it.each([
    ['a missing object', merge, {}, `${widgetPath}/none`, 404, 'widgets.example.dev "none" not found'],
    [
      'another name',
      merge,
      { metadata: { name: 'b' } },
      path,
      400,
      'the name of the object (b) does not match the name on the URL (a)',
    ],
    [
      'another namespace',
      merge,
      { metadata: { namespace: 'b' } },
      path,
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'an invalid result',
      merge,
      { spec: { size: -1 } },
      path,
      422,
      'Widget.example.dev "a" is invalid: spec.size: Invalid value: -1: must be at least 0',
    ],
    [
      'a wrong type',
      merge,
      { spec: { size: 'big' } },
      path,
      422,
      /cannot unmarshal string into Go struct field WidgetSpec.spec.size of type int32/,
    ],
    ['broken JSON', merge, '{', path, 400, /^error decoding patch: /],
    [
      'a path that is not there',
      json,
      [{ op: 'remove', path: '/spec/none' }],
      path,
      422,
      'the server rejected our request due to an error in our request',
    ],
    [
      'a type without a meaning',
      as('application/json'),
      {},
      path,
      415,
      /accepted media types include: application\/json-patch\+json, application\/merge-patch\+json, application\/strategic-merge-patch\+json, application\/apply-patch\+yaml$/,
    ],
    ['an option of apply', merge, {}, `${path}?force=true`, 422, /force: Forbidden: may not be specified for non-apply patch/],
  ])('refuses %s', async (_, type, patch, to, code, message) => {
    const { request } = await withWidget();
    const answer = await request('PATCH', to, patch, type);
    expect(answer.body.message).toMatch(message);
    expect(answer.status).toBe(code);
  });

  it('checks fields as it is told to', async () => {
    const { request } = await withWidget();
    const strict = await request('PATCH', `${path}?fieldValidation=Strict`, { spec: { sise: 1 } }, merge);
    expect(strict.body).toMatchObject({
      code: 422,
      message: expect.stringMatching(/strict decoding error: unknown field \\?"spec.sise/),
    });
    const warned = await request('PATCH', path, { spec: { sise: 1 } }, merge);
    expect(warned.headers.get('warning')).toBe('299 - "unknown field \\"spec.sise\\""');
  });
});
