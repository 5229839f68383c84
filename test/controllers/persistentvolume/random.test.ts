/** Seeded runs of whatever may happen to claims and volumes, with writes that get lost. */
import { expect, test } from 'vitest';
import { ephemeralVolumeController } from '../../../src/controllers/ephemeralvolume/controller.ts';
import { persistentVolumeController } from '../../../src/controllers/persistentvolume/controller.ts';
import { volumeExpandController } from '../../../src/controllers/volumeexpand/controller.ts';
import { claimProtectionController } from '../../../src/controllers/volumeprotection/claims.ts';
import { volumeProtectionController } from '../../../src/controllers/volumeprotection/volumes.ts';
import { rfc3339 } from '../../../src/lib/clock.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { conflict } from '../../../src/machinery/status.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../../src/resources/core/persistentvolume.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { isFreeFor, isOfKind } from '../../../src/resources/shared/volume-binding.ts';
import { pod } from '../support/objects.ts';
import { World } from './world.ts';

const selectedNode = 'volume.kubernetes.io/selected-node';
const runs = Number(process.env['RUNS'] ?? 40);

test.each(Array.from({ length: runs }, (_, i) => i + 1))('seed %i', (seed) => {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random.next() * n);
  const pick = <T>(items: readonly T[]): T | undefined => items[below(items.length)];
  const world = new World([
    persistentVolumeController,
    volumeExpandController,
    claimProtectionController,
    volumeProtectionController,
    ephemeralVolumeController,
  ]);
  const { cluster } = world;
  world.storageClass('local', { provisioner: 'hibernetes.dev/local', volumeBindingMode: 'WaitForFirstConsumer' });
  for (const name of ['node-0', 'node-1']) cluster.create(nodes, { metadata: { name } });
  cluster.refuse = () => (below(6) === 0 ? conflict({ group: '', resource: 'x', name: 'x' }) : undefined);
  cluster.onStep = () => check(world);
  let count = 0;
  const size = () => `${1 + below(4)}Gi`;
  const remove = (kind: typeof persistentVolumeClaims | typeof persistentVolumes, found?: { metadata: { namespace?: string; name: string } }) => {
    if (!found) return;
    const { namespace = '', name } = found.metadata;
    const { finalizers, deletionTimestamp } = cluster.get(kind as typeof persistentVolumes, namespace, name)!.metadata;
    // Admission protects them before anybody could delete them.
    if (!finalizers?.some((name) => name.endsWith('-protection'))) return;
    if (!deletionTimestamp)
      cluster.change(kind as typeof persistentVolumes, namespace, name, ({ metadata }) => {
        metadata.deletionTimestamp = rfc3339(cluster.now);
      });
  };
  const claims = () => cluster.list(persistentVolumeClaims);
  const actions: (() => unknown)[] = [
    () => world.volume(`v${count++}`, { spec: { capacity: { storage: size() } } }),
    () => world.claim(`c${count++}`, { spec: { resources: { requests: { storage: size() } } } }),
    () => world.claim(`c${count++}`, { spec: { storageClassName: 'local', resources: { requests: { storage: size() } } } }),
    () => remove(persistentVolumeClaims, pick(claims())),
    () => remove(persistentVolumes, pick(cluster.list(persistentVolumes))),
    () => {
      const waiting = pick(claims().filter(({ spec }) => spec.storageClassName === 'local' && !spec.volumeName));
      if (waiting)
        cluster.change(persistentVolumeClaims, 'default', waiting.metadata.name, ({ metadata }) => {
          metadata.annotations = { ...metadata.annotations, [selectedNode]: `node-${below(3)}` };
        });
    },
    () => {
      const isOurs = ({ spec, status }: PersistentVolume) => status?.phase === 'Released' && !spec.storageClassName;
      const released = pick(cluster.list(persistentVolumes).filter(isOurs));
      if (released) cluster.change(persistentVolumes, '', released.metadata.name, ({ spec }) => void delete spec.claimRef);
    },
    () => {
      const claim = pick(claims());
      const use = { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: claim?.metadata.name ?? 'none' } }] };
      cluster.create(pods, pod(`p${count++}`, { spec: { nodeName: 'node-0', ...use } }));
    },
    () => {
      const found = pick(cluster.list(pods));
      if (found) cluster.remove(pods, 'default', found.metadata.name);
    },
    () => {
      const bound = pick(claims().filter(({ status }) => status?.phase === 'Bound'));
      if (bound)
        cluster.change(persistentVolumeClaims, 'default', bound.metadata.name, ({ spec }) => {
          spec.resources = { requests: { storage: '9Gi' } };
        });
    },
  ];
  for (let step = 0; step < 60; step++) {
    pick(actions)!();
    // Now and then things go on before everything is done.
    for (let reconciled = below(8); reconciled > 0 && cluster.due[0] !== undefined; reconciled--) cluster.reconcile(cluster.due[0]);
    cluster.advance(below(3));
  }
  cluster.refuse = () => undefined;
  for (let rounds = 0; rounds < 5; rounds++) {
    cluster.settle();
    cluster.advance(2);
  }
  checkSettled(world);
});

/** Holds at any time: a claim that says it is bound has a volume to itself. */
function check({ cluster }: World): void {
  const owners = new Map<string, string>();
  for (const { metadata, spec, status } of cluster.list(persistentVolumeClaims)) {
    if (status?.phase !== 'Bound' || !spec.volumeName) continue;
    expect(owners.get(spec.volumeName)).toBeUndefined();
    owners.set(spec.volumeName, metadata.name);
  }
  // A volume in use is not let go.
  for (const { spec } of cluster.list(pods))
    for (const { persistentVolumeClaim } of spec.volumes ?? []) {
      const claim = cluster.get(persistentVolumeClaims, 'default', persistentVolumeClaim?.claimName ?? '');
      if (claim?.status?.phase === 'Bound') expect(cluster.get(persistentVolumes, '', claim.spec.volumeName!)).toBeDefined();
    }
}

/** Holds when there is nothing left to do. */
function checkSettled({ cluster }: World): void {
  const volumes = cluster.list(persistentVolumes);
  const claims = cluster.list(persistentVolumeClaims);
  const claimOf = new Map(claims.map((claim) => [claim.metadata.uid, claim]));
  for (const volume of volumes) {
    const claim = claimOf.get(volume.spec.claimRef?.uid ?? '');
    const expected = claim ? 'Bound' : volume.spec.claimRef ? 'Released' : 'Available';
    expect([volume.metadata.name, volume.status?.phase]).toEqual([volume.metadata.name, expected]);
    if (claim) expect([claim.spec.volumeName, claim.status?.phase]).toEqual([volume.metadata.name, 'Bound']);
    // Whatever was made for a claim went with it.
    if (!claim) expect(volume.spec.storageClassName ?? '').toBe('');
  }
  for (const claim of claims) {
    if (claim.status?.phase === 'Bound') expect(volumes.map(({ metadata }) => metadata.name)).toContain(claim.spec.volumeName);
    if (claim.status?.phase === 'Pending') expect(volumes.filter((volume) => couldHave(volume, claim))).toEqual([]);
    // Only those that a pod uses are still there although they were deleted.
    if (claim.metadata.deletionTimestamp) expect(isUsed(cluster, claim)).toBe(true);
  }
}

const couldHave = (volume: Parameters<typeof isFreeFor>[0], claim: PersistentVolumeClaim): boolean =>
  claim.spec.storageClassName === '' && isFreeFor(volume, claim) && isOfKind(volume, claim);

const isUsed = (cluster: World['cluster'], { metadata }: PersistentVolumeClaim): boolean =>
  cluster
    .list(pods)
    .some(({ spec }) => spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata.name));
