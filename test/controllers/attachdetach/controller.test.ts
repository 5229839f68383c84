import { describe, expect, it, test } from 'vitest';
import { attachmentName } from '../../../src/controllers/attachdetach/attachments.ts';
import { attachDetachController } from '../../../src/controllers/attachdetach/controller.ts';
import { nodes, type Node } from '../../../src/resources/core/node.ts';
import { persistentVolumes } from '../../../src/resources/core/persistentvolume.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { csiDrivers } from '../../../src/resources/storage/csidriver.ts';
import { volumeAttachments, type VolumeAttachment } from '../../../src/resources/storage/volumeattachment.ts';
import { World } from '../persistentvolume/world.ts';
import { pod } from '../support/objects.ts';

const uses = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'c' } }] };
const unique = 'kubernetes.io/csi/d.example.com^handle';
const ready = (status: string) => ({ conditions: [{ type: 'Ready', status }] });

/** Nodes `a` and `b`, and a claim `c` that is bound to a volume `v` of a driver. */
class Attachments extends World {
  constructor(accessModes = ['ReadWriteOnce'], driver?: object) {
    super([attachDetachController]);
    for (const name of ['a', 'b']) this.cluster.create(nodes, { metadata: { name }, spec: {}, status: ready('True') });
    if (driver) this.cluster.create(csiDrivers, { metadata: { name: 'd.example.com' }, spec: driver });
    const { metadata } = this.claim('c', { spec: { volumeName: 'v', accessModes }, status: { phase: 'Bound' } });
    const claimRef = { namespace: 'default', name: 'c', uid: metadata.uid };
    this.volume('v', {
      spec: { accessModes, hostPath: undefined, csi: { driver: 'd.example.com', volumeHandle: 'handle' }, claimRef },
      status: { phase: 'Bound' },
    });
    this.cluster.settle();
  }

  run(name: string, nodeName: string, parts: Parameters<typeof pod>[1] = {}): void {
    this.cluster.create(pods, pod(name, { ...parts, spec: { nodeName, ...uses, ...parts.spec } }));
    this.cluster.settle();
  }

  end(name: string, namespace = 'default'): void {
    this.cluster.remove(pods, namespace, name);
    this.cluster.settle();
  }

  changeNode(name: string, change: (node: Node) => void): void {
    this.cluster.change(nodes, '', name, change);
    this.cluster.settle();
  }

  /** The driver has attached the volume to the node, and the kubelet has mounted it. */
  mount(nodeName: string): void {
    this.cluster.change(volumeAttachments, '', this.attachment(nodeName)!.metadata.name, (each) => void (each.status = { attached: true }));
    this.cluster.settle();
    this.changeNode(nodeName, ({ status }) => void (status!.volumesInUse = [unique]));
  }

  attachment(nodeName: string): VolumeAttachment | undefined {
    return this.cluster.list(volumeAttachments).find(({ spec }) => spec.nodeName === nodeName);
  }

  reported(nodeName: string): string[] {
    return (this.cluster.get(nodes, '', nodeName)?.status?.volumesAttached ?? []).map(({ name }) => name);
  }
}

test('the names of attachments are those that kubelets and drivers look for', () => {
  const world = new Attachments();
  // printf handled.example.coma | sha256sum
  expect(attachmentName(world.getVolume('v'), 'a')).toBe('csi-89a4c5723a811a9ceb5a832276172d6cde182b085c21c7161db37ce25bdfe915');
});

describe('attaching', () => {
  it('asks the driver, and says when it is done', () => {
    const world = new Attachments();
    world.run('p', 'a');
    expect(world.attachment('a')).toMatchObject({
      metadata: { name: attachmentName(world.getVolume('v'), 'a') },
      spec: { attacher: 'd.example.com', nodeName: 'a', source: { persistentVolumeName: 'v' } },
    });
    expect(world.reported('a')).toEqual([]);
    world.mount('a');
    expect(world.reported('a')).toEqual([unique]);
    expect(world.said).toEqual(['SuccessfulAttachVolume Pod/p: AttachVolume.Attach succeeded for volume "v" ']);
  });

  it('waits for the node of the pod', () => {
    const world = new Attachments();
    world.cluster.create(pods, pod('p', { spec: { ...uses } }));
    world.cluster.settle();
    expect(world.cluster.list(volumeAttachments)).toEqual([]);
    world.cluster.change(pods, 'default', 'p', ({ spec }) => void (spec.nodeName = 'a'));
    world.cluster.settle();
    expect(world.attachment('a')).toBeDefined();
  });

  test.each<[string, (world: Attachments) => void]>([
    ['a pod that has ended', (world) => world.run('p', 'a', { status: { phase: 'Succeeded' } })],
    ['a pod without the claim', (world) => world.run('p', 'a', { spec: { volumes: [] } })],
    ['a pod of a node that is gone', (world) => world.run('p', 'gone')],
    ['a pod whose ephemeral volume would have been the claim', (world) => world.run('c', 'a', { spec: { volumes: [{ name: 'x', ephemeral: {} }] } })],
  ])('is not for %s', (_, run) => {
    const world = new Attachments();
    run(world);
    expect(world.cluster.list(volumeAttachments)).toEqual([]);
  });

  it('is not for drivers that do without, until they need it', () => {
    const world = new Attachments(undefined, { attachRequired: false });
    world.run('p', 'a');
    expect(world.cluster.list(volumeAttachments)).toEqual([]);
    world.cluster.remove(csiDrivers, '', 'd.example.com');
    world.cluster.settle();
    expect(world.attachment('a')).toBeDefined();
  });

  it('that fails is told to the pods', () => {
    const world = new Attachments();
    world.run('p', 'a');
    const { name } = world.attachment('a')!.metadata;
    world.cluster.change(volumeAttachments, '', name, (each) => void (each.status = { attached: false, attachError: { message: 'no' } }));
    world.cluster.settle();
    expect(world.said).toEqual(['FailedAttachVolume Pod/p: AttachVolume.Attach failed for volume "v" : no']);
  });

  it('goes to many nodes if the volume may be on many', () => {
    const world = new Attachments(['ReadWriteMany']);
    world.run('p', 'a');
    world.run('q', 'b');
    expect([world.attachment('a'), world.attachment('b')]).not.toContain(undefined);
  });

  it('waits for the other node if the volume may be on one only', () => {
    const world = new Attachments();
    world.run('p', 'a');
    world.run('q', 'b');
    expect(world.attachment('b')).toBeUndefined();
    expect(world.said).toEqual(['FailedAttachVolume Pod/q: Multi-Attach error for volume "v" Volume is already used by pod(s) p']);
    world.end('p');
    expect([world.attachment('a'), world.attachment('b')?.spec.nodeName]).toEqual([undefined, 'b']);
  });

  it('says so also when whoever had it is gone', () => {
    const world = new Attachments();
    world.run('p', 'a');
    world.mount('a');
    world.end('p');
    world.run('q', 'b');
    expect(world.said).toContain(
      `FailedAttachVolume Pod/q: Multi-Attach error for volume "v" Volume is already exclusively attached to one node and can't be attached to another`,
    );
  });
});

describe('detaching', () => {
  const ended = () => {
    const world = new Attachments();
    world.run('p', 'a');
    world.mount('a');
    world.end('p');
    return world;
  };

  it('waits for the kubelet to unmount, however long a healthy node takes', () => {
    const world = ended();
    world.cluster.advance(3600);
    world.cluster.settle();
    expect([world.attachment('a') !== undefined, world.reported('a')]).toEqual([true, [unique]]);
    world.changeNode('a', ({ status }) => void (status!.volumesInUse = []));
    expect([world.attachment('a'), world.reported('a')]).toEqual([undefined, []]);
  });

  it('is first reported by the node, then done', () => {
    const world = ended();
    world.cluster.change(volumeAttachments, '', world.attachment('a')!.metadata.name, ({ metadata }) => void (metadata.finalizers = ['driver/x']));
    const seen: string[] = [];
    world.cluster.onStep = () =>
      void seen.push(`${world.reported('a').length} ${world.attachment('a')?.metadata.deletionTimestamp ? 'deleted' : 'there'}`);
    world.changeNode('a', ({ status }) => void (status!.volumesInUse = []));
    expect(seen).not.toContain('1 deleted');
    expect(seen.at(-1)).toBe('0 deleted');
  });

  it('is called off when a pod comes back', () => {
    const world = ended();
    expect(world.attachment('a')!.metadata.annotations).toHaveProperty(['hibernetes.dev/detach-requested']);
    world.run('q', 'a');
    expect(world.attachment('a')!.metadata.annotations).toEqual({});
    world.end('q');
    world.changeNode('a', (node) => void (node.status = { ...node.status, ...ready('Unknown') }));
    world.cluster.advance(359);
    world.cluster.settle();
    expect(world.attachment('a')).toBeDefined();
  });

  it('is forced when a node that is not healthy does not unmount for six minutes', () => {
    const world = ended();
    world.changeNode('a', (node) => void (node.status = { ...node.status, ...ready('Unknown') }));
    world.cluster.advance(359);
    world.cluster.settle();
    expect(world.attachment('a')).toBeDefined();
    world.cluster.advance(1);
    world.cluster.settle();
    expect([world.attachment('a'), world.reported('a')]).toEqual([undefined, []]);
  });

  it('does not wait for a node that is out of service', () => {
    const world = ended();
    world.changeNode('a', ({ spec }) => void (spec.taints = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }]));
    expect(world.attachment('a')).toBeUndefined();
  });

  it('does not wait for a node that is gone', () => {
    const world = ended();
    world.cluster.remove(nodes, '', 'a');
    world.cluster.settle();
    expect(world.attachment('a')).toBeUndefined();
  });

  it('comes also when the volume is gone', () => {
    const world = ended();
    world.cluster.remove(persistentVolumes, '', 'v');
    world.cluster.settle();
    expect([world.attachment('a'), world.reported('a')]).toEqual([undefined, []]);
  });

  it('leaves attachments alone that somebody else has made', () => {
    const world = new Attachments();
    world.cluster.create(volumeAttachments, {
      metadata: { name: 'mine' },
      spec: { attacher: 'd.example.com', nodeName: 'a', source: { persistentVolumeName: 'v' } },
      status: { attached: true },
    });
    world.cluster.settle();
    expect(world.attachment('a')?.metadata.name).toBe('mine');
    expect(world.reported('a')).toEqual([]);
  });
});
