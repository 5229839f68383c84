import { describe, expect, test } from 'vitest';
import { widget, widgetPath } from '../../server/support/cluster.ts';
import { patched, type Webhook } from '../../support/webhooks.ts';
import { allow, clusterWith, hook } from './support.ts';

describe('a mutating webhook', () => {
  test('changes the object before it is defaulted and validated', async () => {
    const { ok, request } = await clusterWith({ mutating: [hook()] }, ({ object }) =>
      object
        ? patched(
            { op: 'add', path: '/spec/size', value: object.metadata.name === 'bad' ? -1 : 7 },
            { op: 'remove', path: '/spec/color' },
          )
        : allow(),
    );
    expect((await ok('POST', widgetPath, widget('a'))).spec).toEqual({ size: 7, color: 'grey' });
    expect((await ok('GET', `${widgetPath}/a`)).spec).toEqual({ size: 7, color: 'grey' });
    expect((await request('POST', widgetPath, widget('bad'))).body.message).toContain('spec.size: Invalid value: -1');
  });

  test('sees no name that has yet to be generated, and changes updates too', async () => {
    const { ok, asked } = await clusterWith({ mutating: [hook()] }, () =>
      patched({ op: 'add', path: '/metadata/labels', value: { seen: 'yes' } }),
    );
    const { metadata } = await ok('POST', widgetPath, { ...widget(''), metadata: { generateName: 'w-' } });
    expect(asked[0]).not.toHaveProperty('name');
    expect(asked[0]!.object.metadata).not.toHaveProperty('name');
    expect(asked[0]!.object.metadata).not.toHaveProperty('uid');
    expect(metadata).toMatchObject({ name: expect.stringMatching(/^w-.{5}$/), labels: { seen: 'yes' }, uid: expect.any(String) });
    const updated = await ok(
      'PUT',
      `${widgetPath}/${metadata.name}`,
      widget(metadata.name, { spec: { color: 'grey', size: 3 } }),
    );
    expect(updated).toMatchObject({ metadata: { labels: { seen: 'yes' } }, spec: { size: 3 } });
  });

  test('is asked in order, and again if it wants to know of later changes', async () => {
    const append =
      (letter: string): Webhook =>
      ({ object }) =>
        patched({ op: 'add', path: '/metadata/labels', value: { seen: `${object.metadata.labels?.seen ?? ''}${letter}` } });
    const at = {
      'https://a.example.com/': append('a'),
      'https://b.example.com/': append('b'),
      'https://c.example.com/': append('c'),
    };
    const hooks = ['a', 'b', 'c'].map((letter) =>
      hook({
        name: `${letter}.example.com`,
        clientConfig: { url: `https://${letter}.example.com/` },
        reinvocationPolicy: letter === 'b' ? 'Never' : 'IfNeeded',
      }),
    );
    const { ok } = await clusterWith({ mutating: hooks }, at);
    // c is asked again because of what a does in the second round.
    expect((await ok('POST', widgetPath, widget('a'))).metadata.labels.seen).toBe('abcac');
  });

  test.each<[string, object, string]>([
    [
      'an undecodable patch',
      { allowed: true, patchType: 'JSONPatch', patch: btoa('{') },
      'received undecodable patch in webhook response',
    ],
    ['a patch that fails', patched({ op: 'remove', path: '/spec/nothing' }), 'Internal error occurred: operation 0: '],
    ['another name', patched({ op: 'replace', path: '/metadata/name', value: 'b' }), 'the name of the object may not be changed'],
    [
      'a patch without its type',
      { allowed: true, patch: btoa('[]') },
      'webhook returned response.patch but not response.patchType',
    ],
    [
      'a type without its patch',
      { allowed: true, patchType: 'JSONPatch' },
      'webhook returned response.patchType but not response.patch',
    ],
    ['what is no widget', patched({ op: 'add', path: '/spec/size', value: 'large' }), 'Internal error occurred: '],
  ])('with %s', async (_, answer, message) => {
    const { request } = await clusterWith({ mutating: [hook()] }, () => answer);
    const { status, body } = await request('POST', widgetPath, widget('a'));
    expect([status, body.message]).toEqual([500, expect.stringContaining(message)]);
  });

  test('cannot change what is deleted', async () => {
    const { request, ok } = await clusterWith({ mutating: [hook()] }, ({ operation }) =>
      operation === 'DELETE' ? patched({ op: 'remove', path: '/spec' }) : allow(),
    );
    await ok('POST', widgetPath, widget('a'));
    expect((await request('DELETE', `${widgetPath}/a`)).body.message).toBe(
      'Internal error occurred: admission webhook "check.example.com" attempted to modify the object, which is not supported for this operation',
    );
  });

  test('sees what others wrote while it was asked', async () => {
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    let interfere: (() => Promise<unknown>) | undefined;
    const cluster = await clusterWith({ mutating: [hook()] }, async ({ operation, object }) => {
      await interfere?.();
      return operation === 'UPDATE' && object.spec.size === 2
        ? patched({ op: 'add', path: '/metadata/annotations', value: { parts: String(object.spec.parts?.x) } })
        : allow();
    });
    await cluster.ok('POST', widgetPath, widget('a'));
    interfere = async () => {
      interfere = undefined;
      await cluster.ok('PATCH', `${widgetPath}/a`, { spec: { parts: { x: 'new' } } }, merge);
    };
    const { metadata, spec } = await cluster.ok('PATCH', `${widgetPath}/a`, { spec: { size: 2 } }, merge);
    expect([metadata.annotations, spec.parts]).toEqual([{ parts: 'new' }, { x: 'new' }]);
    // A precondition is checked against the state of then, not of before.
    interfere = () => {
      interfere = undefined;
      return cluster.ok('PATCH', `${widgetPath}/a`, { spec: { parts: { x: 'newer' } } }, merge);
    };
    const stale = await cluster.request(
      'PUT',
      `${widgetPath}/a`,
      widget('a', { metadata: { resourceVersion: metadata.resourceVersion }, spec: { color: 'grey' } }),
    );
    expect(stale.status).toBe(409);
  });

  test('without which quotas charge nothing, and charge once with it', async () => {
    const { ok, request } = await clusterWith(
      {
        validating: [
          hook({ rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }] }),
        ],
      },
      ({ name }) => ({ allowed: name !== 'no' }),
    );
    await ok('POST', '/api/v1/namespaces/default/resourcequotas', {
      metadata: { name: 'q' },
      spec: { hard: { 'count/configmaps': '2' } },
    });
    const configMaps = '/api/v1/namespaces/default/configmaps';
    await ok('POST', configMaps, { metadata: { name: 'a' } });
    await request('POST', configMaps, { metadata: { name: 'no' } });
    await ok('POST', configMaps, { metadata: { name: 'b' } });
    expect((await request('POST', configMaps, { metadata: { name: 'c' } })).status).toBe(403);
  });
});
