import { describe, expect, test } from 'vitest';
import { admissionChain } from '../../src/admission/chain.ts';
import { builtinPlugins } from '../../src/admission/index.ts';
import { namespaceLifecycle } from '../../src/admission/namespacelifecycle.ts';
import { refuse, type AdmissionPlugin, type Attributes, type WriteAttributes } from '../../src/admission/plugin.ts';
import { testCluster, widget, widgetPath, type Widget } from '../server/support/cluster.ts';

/** Writes down what it is asked. */
function recorder(more: Partial<AdmissionPlugin> = {}) {
  const seen: string[] = [];
  const note = (phase: string) => (attributes: Attributes) => {
    const { operation, resource, subresource, name, object, oldObject, user, options } = attributes;
    const what = [object && 'new', oldObject && 'old', options.dryRun && 'dry'].filter(Boolean).join('+');
    seen.push(`${phase} ${operation} ${resource.plural}/${subresource} ${name} ${what} ${user.name}`);
  };
  const plugin: AdmissionPlugin = {
    name: 'Recorder',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    resources: ['widgets.example.dev', 'pods'],
    subresources: 'all',
    admit: note('admit'),
    validate: note('validate'),
    ...more,
  };
  return { plugin, seen };
}

describe('the chain', () => {
  test('asks those whom a request concerns, in order, until one refuses', () => {
    const asked: string[] = [];
    const plugin = (name: string, more: Partial<AdmissionPlugin>): AdmissionPlugin => ({
      name,
      operations: ['CREATE'],
      validate: () => void asked.push(name),
      ...more,
    });
    const chain = admissionChain([
      plugin('updates', { operations: ['UPDATE'] }),
      plugin('everything', {}),
      plugin('others', { resources: ['pods'] }),
      plugin('these', { resources: ['widgets.example.dev'] }),
      plugin('subresource', { subresources: ['status'] }),
      plugin('refuses', {
        validate: (attributes) => {
          throw refuse(attributes, 'no');
        },
      }),
      plugin('never', {}),
    ]);
    const resource = { resource: 'widgets.example.dev', group: 'example.dev', plural: 'widgets' };
    const attributes = { resource, operation: 'CREATE', subresource: '', name: 'a' } as Attributes;
    const context = {} as Parameters<typeof chain.validate>[1];
    expect(() => chain.validate(attributes, context)).toThrow('widgets.example.dev "a" is forbidden: no');
    expect(asked).toEqual(['everything', 'these']);
  });

  test('has the plugins that upstream has on by default, in its order', () => {
    expect(builtinPlugins.map(({ name }) => name)).toEqual([
      'NamespaceLifecycle',
      'LimitRanger',
      'ServiceAccount',
      'NodeRestriction',
      'TaintNodesByCondition',
      'PodSecurity',
      'Priority',
      'DefaultTolerationSeconds',
      'DefaultStorageClass',
      'StorageObjectInUseProtection',
      'PersistentVolumeClaimResize',
      'RuntimeClass',
      'CertificateApproval',
      'CertificateSigning',
      'CertificateSubjectRestriction',
      'DefaultIngressClass',
      'PodTopologyLabels',
      // Not a plugin upstream, but a part of the storage.
      'RBACEscalation',
      // Of a kind of our own.
      'WebhookSubscriptionAccess',
      'MutatingAdmissionPolicy',
      'MutatingAdmissionWebhook',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionWebhook',
      'ResourceQuota',
    ]);
  });
});

describe('where it is asked', () => {
  const put = (name: string, more: object) => widget(name, more);

  test.each<[string, (c: Awaited<ReturnType<typeof testCluster>>) => Promise<unknown>, string[]]>([
    [
      'create',
      ({ ok }) => ok('POST', widgetPath, widget('b')),
      ['admit CREATE widgets/ b new admin', 'validate CREATE widgets/ b new admin'],
    ],
    [
      'a dry run',
      ({ ok }) => ok('POST', `${widgetPath}?dryRun=All`, widget('b')),
      ['admit CREATE widgets/ b new+dry admin', 'validate CREATE widgets/ b new+dry admin'],
    ],
    [
      'update',
      ({ ok }) => ok('PUT', `${widgetPath}/a`, put('a', { spec: { size: 3 } })),
      ['admit UPDATE widgets/ a new+old admin', 'validate UPDATE widgets/ a new+old admin'],
    ],
    [
      'patch',
      ({ ok }) => ok('PATCH', `${widgetPath}/a`, { spec: { size: 3 } }, { headers: { 'content-type': 'application/merge-patch+json' } }),
      ['admit UPDATE widgets/ a new+old admin', 'validate UPDATE widgets/ a new+old admin'],
    ],
    [
      'apply that creates',
      ({ ok }) =>
        ok('PATCH', `${widgetPath}/b?fieldManager=m`, widget('b'), { headers: { 'content-type': 'application/apply-patch+yaml' } }),
      ['admit CREATE widgets/ b new admin', 'validate CREATE widgets/ b new admin'],
    ],
    [
      'apply that changes',
      ({ ok }) =>
        ok('PATCH', `${widgetPath}/a?fieldManager=m&force=true`, widget('a', { spec: { size: 9 } }), {
          headers: { 'content-type': 'application/apply-patch+yaml' },
        }),
      ['admit UPDATE widgets/ a new+old admin', 'validate UPDATE widgets/ a new+old admin'],
    ],
    [
      'status',
      ({ ok }) => ok('PUT', `${widgetPath}/a/status`, put('a', { status: { phase: 'Done' } })),
      ['admit UPDATE widgets/status a new+old admin', 'validate UPDATE widgets/status a new+old admin'],
    ],
    [
      'scale',
      ({ ok }) => ok('PUT', `${widgetPath}/a/scale`, { metadata: { name: 'a' }, spec: { replicas: 4 } }),
      ['admit UPDATE widgets/scale a new+old admin', 'validate UPDATE widgets/scale a new+old admin'],
    ],
    [
      'delete',
      ({ ok }) => ok('DELETE', `${widgetPath}/a`),
      ['admit DELETE widgets/ a old admin', 'validate DELETE widgets/ a old admin'],
    ],
    [
      'deletecollection',
      ({ ok }) => ok('DELETE', widgetPath),
      ['admit DELETE widgets/ a old admin', 'validate DELETE widgets/ a old admin'],
    ],
  ])('%s', async (_, act, expected) => {
    const { plugin, seen } = recorder();
    const cluster = await testCluster({ admission: [namespaceLifecycle, plugin] });
    await cluster.ok('POST', widgetPath, widget('a'));
    seen.length = 0;
    await act(cluster);
    expect(seen).toEqual(expected);
  });

  test('a pod that is bound, and one that is evicted', async () => {
    const { plugin, seen } = recorder();
    const { ok } = await testCluster({ admission: [namespaceLifecycle, plugin] });
    const pods = '/api/v1/namespaces/default/pods';
    await ok('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    seen.length = 0;
    await ok('POST', `${pods}/p/binding`, { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } });
    await ok('POST', `${pods}/p/eviction`, { metadata: { name: 'p' } });
    expect(seen).toEqual([
      'admit CREATE pods/binding p new admin',
      'validate CREATE pods/binding p new admin',
      'admit CREATE pods/eviction p new admin',
      'validate CREATE pods/eviction p new admin',
    ]);
  });

  test('what admit adds is validated, stored, and managed by nobody', async () => {
    const { plugin } = recorder({
      admit: ({ object }: WriteAttributes<Widget>) => void ((object.spec ??= {}).size = object.metadata.name === 'bad' ? -1 : 5),
    });
    const { request } = await testCluster({ admission: [namespaceLifecycle, plugin] });
    const { body } = await request('POST', widgetPath, widget('good', { spec: { color: 'red' } }));
    expect(body.spec.size).toBe(5);
    expect(body.metadata.managedFields[0].fieldsV1).toEqual({ 'f:spec': { 'f:color': {} } });
    expect((await request('POST', widgetPath, widget('bad'))).body.message).toContain('must be at least 0');
  });

  test('a name that is to be generated is told when it is final', async () => {
    const { plugin, seen } = recorder();
    const { request } = await testCluster({ admission: [namespaceLifecycle, plugin] });
    const { body } = await request('POST', widgetPath, { ...widget(''), metadata: { generateName: 'w-' } });
    expect(seen).toEqual(['admit CREATE widgets/ w- new admin', `validate CREATE widgets/ ${body.metadata.name} new admin`]);
  });

  test('what is refused changes nothing', async () => {
    const no = (attributes: Attributes) => {
      if (attributes.name !== 'a' || attributes.operation !== 'CREATE') throw refuse(attributes, 'no');
    };
    const { plugin } = recorder({ admit: undefined, validate: no });
    const { request, ok } = await testCluster({ admission: [namespaceLifecycle, plugin] });
    await ok('POST', widgetPath, widget('a'));
    const { metadata } = await ok('GET', `${widgetPath}/a`);
    for (const [method, path, body] of [
      ['POST', '', widget('b')],
      ['PUT', '/a', widget('a', { spec: { size: 2 } })],
      ['DELETE', '/a', undefined],
    ] as const)
      expect(await request(method, `${widgetPath}${path}`, body)).toMatchObject({ status: 403 });
    expect((await ok('GET', widgetPath)).items.map((item: Widget) => item.metadata)).toEqual([metadata]);
  });
});
