import { persistentVolumeController } from '../../../src/controllers/persistentvolume/controller.ts';
import type { Controller } from '../../../src/machinery/reconcile.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../../src/resources/core/persistentvolume.ts';
import { storageClasses } from '../../../src/resources/storage/storageclass.ts';
import { TestCluster } from '../support/cluster.ts';

interface Parts {
  metadata?: object;
  spec?: object;
  status?: object;
}

/** A hostPath volume of 1 Gi in no class. */
export const volume = (name: string, { metadata, spec, status }: Parts = {}) => ({
  metadata: { name, ...metadata },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/v' }, ...spec },
  ...(status && { status }),
});

/** A claim for 1 Gi of no class. */
export const claim = (name: string, { metadata, spec, status }: Parts = {}) => ({
  metadata: { namespace: 'default', name, ...metadata },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } }, ...spec },
  ...(status && { status }),
});

export const sized = (storage: string) => ({ resources: { requests: { storage } } });

/** The object, in a class. */
export const inClass = (storageClassName: string) => ({ spec: { storageClassName } });

export class World {
  readonly cluster: TestCluster;

  constructor(controllers: readonly Controller[] = [persistentVolumeController]) {
    this.cluster = new TestCluster({ controllers });
  }

  storageClass(name: string, more: { metadata?: object } & Record<string, unknown> = {}): void {
    const { metadata, ...rest } = more;
    this.cluster.create(storageClasses, { metadata: { name, ...metadata }, provisioner: 'example.com/disks', ...rest });
  }

  volume(...parts: Parameters<typeof volume>): PersistentVolume {
    return this.cluster.create(persistentVolumes, volume(...parts));
  }

  claim(...parts: Parameters<typeof claim>): PersistentVolumeClaim {
    return this.cluster.create(persistentVolumeClaims, claim(...parts));
  }

  /** `phase volume` of a claim. */
  stateOfClaim(name: string): string {
    const { spec, status } = this.getClaim(name);
    return `${status?.phase} ${spec.volumeName ?? '-'}`;
  }

  /** `phase claim` of a volume; undefined if it is gone. */
  stateOfVolume(name: string): string | undefined {
    const found = this.cluster.get(persistentVolumes, '', name);
    return found && `${found.status?.phase} ${found.spec.claimRef?.name ?? '-'}`;
  }

  getClaim(name: string): PersistentVolumeClaim {
    return this.cluster.get(persistentVolumeClaims, 'default', name)!;
  }

  getVolume(name: string): PersistentVolume {
    return this.cluster.get(persistentVolumes, '', name)!;
  }

  /** What was said, each once: `Reason object: message`. */
  get said(): string[] {
    return [...new Set(this.cluster.events.map(({ reason, regarding, message }) => `${reason} ${regarding}: ${message}`))];
  }
}
