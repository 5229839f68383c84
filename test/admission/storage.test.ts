import { describe, expect, test } from 'vitest';
import { defaultIngressClass } from '../../src/admission/defaultingressclass.ts';
import { defaultStorageClass } from '../../src/admission/defaultstorageclass.ts';
import { namespaceLifecycle } from '../../src/admission/namespacelifecycle.ts';
import type { AdmissionContext, Attributes } from '../../src/admission/plugin.ts';
import { persistentVolumeClaims } from '../../src/resources/core/persistentvolumeclaim.ts';
import { persistentVolumeClaimResize } from '../../src/admission/persistentvolumeclaimresize.ts';
import { storageObjectInUseProtection } from '../../src/admission/storageobjectinuseprotection.ts';
import { admissionCluster } from './support.ts';

const classes = '/apis/storage.k8s.io/v1/storageclasses';
const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
const storageClass = (name: string, annotations = {}, more = {}) => ({ metadata: { name, annotations }, provisioner: 'p', ...more });
const claim = (name: string, spec: object = {}, annotations = {}) => ({
  metadata: { name, annotations },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});

describe('DefaultStorageClass', () => {
  test.each([
    ['none is the default', ['a'], {}, {}, undefined],
    ['one is', ['a', 'b*'], {}, {}, 'b'],
    ['of several the newest', ['a*', 'b*'], {}, {}, 'b'],
    ['of several as new the first', ['b*', 'a*='], {}, {}, 'a'],
    ['the claim names one', ['b*'], { storageClassName: 'a' }, {}, 'a'],
    ['the claim wants none', ['b*'], { storageClassName: '' }, {}, ''],
    ['the claim names one in the old way', ['b*'], {}, { 'volume.beta.kubernetes.io/storage-class': 'old' }, undefined],
  ])('%s', async (_, names, spec, annotations, expected) => {
    const { ok, clock } = await admissionCluster([namespaceLifecycle, defaultStorageClass]);
    for (const name of names) {
      if (!name.endsWith('=')) clock.advance(60);
      await ok('POST', classes, storageClass(name.replace(/[*=]/g, ''), name.includes('*') ? isDefault : {}));
    }
    const created = await ok('POST', claims, claim('c', spec, annotations));
    expect(created.spec.storageClassName).toBe(expected);
  });
});

test('DefaultIngressClass: an Ingress that names no class gets the default one', async () => {
  const { ok } = await admissionCluster([namespaceLifecycle, defaultIngressClass]);
  const ingresses = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
  const ingress = (name: string, spec = {}, annotations = {}) => ({
    metadata: { name, annotations },
    spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } }, ...spec },
  });
  expect((await ok('POST', ingresses, ingress('early'))).spec.ingressClassName).toBeUndefined();
  await ok('POST', '/apis/networking.k8s.io/v1/ingressclasses', {
    metadata: { name: 'general', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'example.com/c' },
  });
  expect((await ok('POST', ingresses, ingress('a'))).spec.ingressClassName).toBe('general');
  expect((await ok('POST', ingresses, ingress('b', { ingressClassName: 'own' }))).spec.ingressClassName).toBe('own');
  const old = await ok('POST', ingresses, ingress('c', {}, { 'kubernetes.io/ingress.class': 'old' }));
  expect(old.spec.ingressClassName).toBeUndefined();
});

test('StorageObjectInUseProtection: volumes and claims stay while they are used', async () => {
  const { ok } = await admissionCluster([namespaceLifecycle, storageObjectInUseProtection]);
  expect((await ok('POST', claims, claim('c'))).metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
  const finalizers = ['example.com/own', 'kubernetes.io/pv-protection'];
  const volume = (name: string, own: string[]) => ({
    metadata: { name, finalizers: own },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } },
  });
  const volumes = '/api/v1/persistentvolumes';
  expect((await ok('POST', volumes, volume('a', ['example.com/own']))).metadata.finalizers).toEqual(finalizers);
  expect((await ok('POST', volumes, volume('b', finalizers))).metadata.finalizers).toEqual(finalizers);
});

describe('PersistentVolumeClaimResize', () => {
  const only = 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';

  test.each([
    ['a class that can', 'can', '2Gi', undefined],
    ['no more than before', 'cannot', '1Gi', undefined],
    ['a class that cannot', 'cannot', '2Gi', only],
    ['a class that is gone', 'none', '2Gi', only],
    ['no class', '', '2Gi', only],
  ])('%s', async (_, storageClassName, storage, why) => {
    const { ok, request } = await admissionCluster([namespaceLifecycle, persistentVolumeClaimResize]);
    await ok('POST', classes, storageClass('can', {}, { allowVolumeExpansion: true }));
    await ok('POST', classes, storageClass('cannot'));
    const created = await ok('POST', claims, claim('c', { storageClassName, volumeName: 'v' }));
    const current = await ok('PUT', `${claims}/c/status`, { ...created, status: { phase: 'Bound' } });
    const { body } = await request('PUT', `${claims}/c`, {
      ...current,
      metadata: { ...current.metadata, labels: { a: 'b' } },
      spec: { ...current.spec, resources: { requests: { storage } } },
    });
    if (why) expect(body.message).toBe(`persistentvolumeclaims "c" is forbidden: ${why}`);
    else expect(body.spec.resources.requests.storage).toBe(storage);
  });

  test('a claim without a volume', () => {
    const { metadata } = claim('c');
    const of = (storage: string) => ({ metadata, spec: { resources: { requests: { storage } } }, status: { phase: 'Pending' } });
    const attributes = { resource: persistentVolumeClaims, name: 'c', object: of('2Gi'), oldObject: of('1Gi') };
    const ask = () => persistentVolumeClaimResize.validate!(attributes as unknown as Attributes, {} as AdmissionContext);
    expect(ask).toThrow('persistentvolumeclaims "c" is forbidden: Only bound persistent volume claims can be expanded');
  });
});
