import { describe, expect, it } from 'vitest';
import { persistentVolumeController } from '../../../src/controllers/persistentvolume/controller.ts';
import { volumeExpandController } from '../../../src/controllers/volumeexpand/controller.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { conflict } from '../../../src/machinery/status.ts';
import { World } from '../persistentvolume/world.ts';

const start = (provisioner?: string) => {
  const world = new World([persistentVolumeController, volumeExpandController]);
  world.volume('v', { metadata: provisioner ? { annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } } : {} });
  world.claim('c');
  world.cluster.settle();
  expect(world.stateOfClaim('c')).toBe('Bound v');
  return world;
};
const ask = (world: World, storage: string) => {
  world.cluster.change(persistentVolumeClaims, 'default', 'c', ({ spec }) => void (spec.resources = { requests: { storage } }));
  world.cluster.settle();
};

describe('a claim that asks for more', () => {
  it('has it at once if its volume was made here', () => {
    const world = start('hibernetes.dev/local');
    world.cluster.change(persistentVolumeClaims, 'default', 'c', ({ status }) => {
      status!.conditions = [{ type: 'Resizing', status: 'True' }, { type: 'Other', status: 'True' }];
    });
    ask(world, '5Gi');
    expect(world.getVolume('v').spec.capacity).toEqual({ storage: '5Gi' });
    expect(world.getClaim('c').status).toMatchObject({
      phase: 'Bound',
      capacity: { storage: '5Gi' },
      allocatedResources: { storage: '5Gi' },
      conditions: [{ type: 'Other', status: 'True' }],
    });
    expect(world.said).toEqual(['VolumeResizeSuccessful PersistentVolumeClaim/c: ExpandVolume succeeded for volume default/c']);
  });

  it.each(['persistentvolumes', 'persistentvolumeclaims'])('has it also if a write of %s is lost', (plural) => {
    const world = start('hibernetes.dev/local');
    let lost = 0;
    world.cluster.refuse = (write) =>
      write.verb === 'update' && write.resource.plural === plural && lost++ === 0
        ? conflict({ group: '', resource: plural, name: 'x' })
        : undefined;
    ask(world, '5Gi');
    world.cluster.advance(1);
    world.cluster.settle();
    expect(world.getClaim('c').status?.capacity).toEqual({ storage: '5Gi' });
  });

  it.each(['example.com/disks', undefined])('is left to others if the volume was made by %s', (provisioner) => {
    const world = start(provisioner);
    ask(world, '5Gi');
    expect(world.getVolume('v').spec.capacity).toEqual({ storage: '1Gi' });
    expect(world.getClaim('c').status?.capacity).toEqual({ storage: '1Gi' });
    expect(world.said).toEqual(['ExternalExpanding PersistentVolumeClaim/c: waiting for an external controller to expand this PVC']);
  });
});

it('a claim whose volume is larger already has nothing to wait for', () => {
  const world = start('hibernetes.dev/local');
  ask(world, '512Mi');
  expect(world.getVolume('v').spec.capacity).toEqual({ storage: '1Gi' });
  expect(world.said).toEqual([]);
});
