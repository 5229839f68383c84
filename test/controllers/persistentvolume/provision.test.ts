import { describe, expect, it, test } from 'vitest';
import { nodes } from '../../../src/resources/core/node.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../../src/resources/core/persistentvolume.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { badRequest } from '../../../src/machinery/status.ts';
import { pod } from '../support/objects.ts';
import { inClass, World, type claim } from './world.ts';

const selectedNode = 'volume.kubernetes.io/selected-node';
const waits = { volumeBindingMode: 'WaitForFirstConsumer' };
const local = { provisioner: 'hibernetes.dev/local', ...waits };
const uses = (claimName: string) => ({ spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] } });
const select = (world: World, node = 'node-0') =>
  world.cluster.change(persistentVolumeClaims, 'default', 'c', ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [selectedNode]: node };
  });

describe('an external provisioner', () => {
  it('is told, and waited for', () => {
    const world = new World();
    world.storageClass('gold');
    world.claim('c', inClass('gold'));
    world.cluster.settle();
    expect(world.getClaim('c').metadata.annotations).toEqual({
      'volume.beta.kubernetes.io/storage-provisioner': 'example.com/disks',
      'volume.kubernetes.io/storage-provisioner': 'example.com/disks',
    });
    expect(world.said).toEqual([
      "ExternalProvisioning PersistentVolumeClaim/c: Waiting for a volume to be created either by the external provisioner 'example.com/disks' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    ]);
    // As external-provisioner makes them.
    const { metadata } = world.getClaim('c');
    world.volume('pvc-1', { spec: { storageClassName: 'gold', claimRef: { namespace: 'default', name: 'c', uid: metadata.uid } } });
    world.cluster.settle();
    expect([world.stateOfClaim('c'), world.stateOfVolume('pvc-1')]).toEqual(['Bound pvc-1', 'Bound c']);
  });

  it.each([
    ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
    ['kubernetes.io/no-provisioner', undefined],
  ])('%s is %s', (provisioner, name) => {
    const world = new World();
    world.storageClass('old', { provisioner });
    world.claim('c', inClass('old'));
    world.cluster.settle();
    expect(world.getClaim('c').metadata.annotations?.['volume.kubernetes.io/storage-provisioner']).toBe(name);
    if (!name) expect(world.said).toEqual([`ProvisioningFailed PersistentVolumeClaim/c: no volume plugin matched name: ${provisioner}`]);
  });

  it('comes when its class comes', () => {
    const world = new World();
    world.claim('c', inClass('gold'));
    world.cluster.settle();
    world.storageClass('gold');
    world.cluster.settle();
    expect(world.getClaim('c').metadata.annotations).toHaveProperty(['volume.kubernetes.io/storage-provisioner']);
  });
});

describe('a claim that waits for its first pod', () => {
  it('says for whom, and takes no volume by itself', () => {
    const world = new World();
    world.storageClass('wait', waits);
    world.volume('v', inClass('wait'));
    world.claim('c', inClass('wait'));
    world.cluster.settle();
    expect(world.said).toEqual(['WaitForFirstConsumer PersistentVolumeClaim/c: waiting for first consumer to be created before binding']);
    world.cluster.create(pods, pod('b', uses('c')));
    world.cluster.settle();
    expect(world.said).toContain('WaitForPodScheduled PersistentVolumeClaim/c: waiting for pod b to be scheduled');
    world.cluster.create(pods, pod('a', uses('c')));
    world.cluster.settle();
    expect(world.said).toContain('WaitForPodScheduled PersistentVolumeClaim/c: waiting for pods a,b to be scheduled');
    expect(world.stateOfClaim('c')).toBe('Pending -');
    // What the scheduler does with a volume that is there.
    world.cluster.change(persistentVolumes, '', 'v', ({ spec }) => {
      spec.claimRef = { namespace: 'default', name: 'c', uid: world.getClaim('c').metadata.uid };
    });
    world.cluster.settle();
    expect(world.stateOfClaim('c')).toBe('Bound v');
  });
});

describe('the local provisioner', () => {
  const start = (storageClass: object = {}, parts: Parameters<typeof claim>[1] = {}) => {
    const world = new World();
    world.storageClass('standard', { ...local, ...storageClass });
    world.cluster.create(nodes, { metadata: { name: 'node-0', labels: { 'kubernetes.io/hostname': 'host-0' } } });
    world.claim('c', { ...parts, spec: { storageClassName: 'standard', ...parts.spec } });
    world.cluster.settle();
    return world;
  };

  it('makes a volume on the node of the first pod, and deletes it with the claim', () => {
    const world = start();
    expect(world.stateOfClaim('c')).toBe('Pending -');
    select(world);
    world.cluster.settle();
    const { metadata } = world.getClaim('c');
    const name = `pvc-${metadata.uid}`;
    expect([world.stateOfClaim('c'), world.stateOfVolume(name)]).toEqual([`Bound ${name}`, 'Bound c']);
    expect(world.getVolume(name)).toMatchObject({
      metadata: {
        annotations: { 'pv.kubernetes.io/provisioned-by': 'hibernetes.dev/local' },
        finalizers: ['kubernetes.io/pv-controller'],
      },
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        hostPath: { path: `/var/lib/hibernetes/volumes/${name}_default_c`, type: 'DirectoryOrCreate' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['host-0'] }] }],
          },
        },
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'standard',
      },
    });
    expect(metadata.annotations).toMatchObject({ 'volume.kubernetes.io/storage-provisioner': 'hibernetes.dev/local' });
    expect(world.said).toContain(`ProvisioningSucceeded PersistentVolumeClaim/c: Successfully provisioned volume ${name} using hibernetes.dev/local`);
    world.cluster.remove(persistentVolumeClaims, 'default', 'c');
    world.cluster.settle();
    expect(world.stateOfVolume(name)).toBeUndefined();
  });

  it('makes what is valid', () => {
    const world = start();
    select(world);
    world.cluster.settle();
    const made = structuredClone(world.cluster.list(persistentVolumes)[0]!);
    expect(persistentVolumes.strategy.validate!(made)).toEqual([]);
  });

  it('keeps the volume if its class says so', () => {
    const world = start({ reclaimPolicy: 'Retain' });
    select(world);
    world.cluster.settle();
    const name = world.getClaim('c').spec.volumeName!;
    expect(world.getVolume(name).metadata.finalizers).toBeUndefined();
    world.cluster.remove(persistentVolumeClaims, 'default', 'c');
    world.cluster.settle();
    expect(world.stateOfVolume(name)).toBe('Released c');
  });

  it('lets the scheduler choose again when the node is gone', () => {
    const world = start();
    select(world, 'gone');
    world.cluster.settle();
    expect(world.getClaim('c').metadata.annotations).not.toHaveProperty([selectedNode]);
    expect(world.said).toContain('ProvisioningFailed PersistentVolumeClaim/c: Failed to get target node: node "gone" not found');
  });

  it('makes another volume if the first is deleted before it is bound', () => {
    const world = start();
    world.cluster.refuse = ({ verb, ...write }) =>
      verb === 'update' && 'resource' in write && write.resource === persistentVolumeClaims ? badRequest('not now') : undefined;
    select(world);
    world.cluster.settle();
    const [first] = world.cluster.list(persistentVolumes);
    world.cluster.change(persistentVolumes, '', first!.metadata.name, ({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    });
    world.cluster.refuse = () => undefined;
    world.cluster.settle();
    const second = world.getVolume(first!.metadata.name);
    expect([second.metadata.uid === first!.metadata.uid, second.status?.phase]).toEqual([false, 'Bound']);
  });

  it('says when the API refuses the volume, and tries again', () => {
    const world = start();
    let refusals = 1;
    world.cluster.refuse = ({ verb }) => (verb === 'create' && refusals-- > 0 ? badRequest('no') : undefined);
    select(world);
    world.cluster.settle();
    world.cluster.advance(1);
    world.cluster.settle();
    expect(world.said).toContain(
      'ProvisioningFailed PersistentVolumeClaim/c: Error creating provisioned PV object for claim default/c: no. Deleting the volume.',
    );
    expect(world.stateOfClaim('c')).toMatch(/^Bound pvc-/);
  });

  test.each<[string, object, object, string]>([
    ['blocks', {}, { volumeMode: 'Block' }, 'Failed to provision volume with StorageClass "standard": hibernetes.dev/local does not support block volume provisioning'],
    ['access from many nodes', {}, { accessModes: ['ReadWriteMany'] }, 'Failed to provision volume with StorageClass "standard": hibernetes.dev/local only supports ReadWriteOnce and ReadWriteOncePod access modes, not ReadWriteMany'],
    ['selectors', {}, { selector: { matchLabels: { a: 'b' } } }, 'Failed to provision volume with StorageClass "standard": claim Selector is not supported'],
    ['attributes', {}, { volumeAttributesClassName: 'fast' }, 'Failed to provision volume with StorageClass "standard": hibernetes.dev/local does not support volume attributes classes'],
    ['copies', {}, { dataSource: { kind: 'PersistentVolumeClaim', name: 'other' } }, 'plugin "hibernetes.dev/local" is not a CSI plugin. Only CSI plugin can provision a claim with a datasource'],
    ['mount options', { mountOptions: ['ro', 'soft'] }, {}, 'Mount options are not supported by the provisioner but StorageClass "standard" has mount options [ro soft]'],
    ['volumes without a node', { volumeBindingMode: 'Immediate' }, {}, 'Failed to provision volume with StorageClass "standard": no node was selected, the class needs volumeBindingMode WaitForFirstConsumer'],
  ])('refuses %s, and says so', (_, storageClass, spec, message) => {
    const world = start(storageClass, { spec });
    if (!('volumeBindingMode' in storageClass)) select(world);
    world.cluster.settle();
    expect(world.said).toContain(`ProvisioningFailed PersistentVolumeClaim/c: ${message}`);
    expect(world.stateOfClaim('c')).toBe('Pending -');
    expect(world.cluster.list(persistentVolumes)).toEqual([]);
  });
});
