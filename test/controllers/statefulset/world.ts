import { statefulSetController } from '../../../src/controllers/statefulset/controller.ts';
import { controllerRevisions } from '../../../src/resources/apps/controllerrevision.ts';
import { statefulSets, type StatefulSet, type StatefulSetSpec } from '../../../src/resources/apps/statefulset.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { TestCluster } from '../support/cluster.ts';
import { kubelets } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';

/** A cluster with one StatefulSet, `web`. */
export class World {
  readonly cluster: TestCluster;

  constructor(spec: Partial<StatefulSetSpec> = {}, seed = 1) {
    this.cluster = new TestCluster({ controllers: [statefulSetController], seed });
    this.createSet(spec);
  }

  createSet(spec: Partial<StatefulSetSpec> = {}): void {
    this.cluster.create(statefulSets, {
      metadata: { name: 'web', namespace: 'default', annotations: { 'kubernetes.io/change-cause': 'first' } },
      spec: { replicas: 3, serviceName: 'web', selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
    });
  }

  get set(): StatefulSet {
    return this.cluster.get(statefulSets, 'default', 'web')!;
  }

  get pods(): readonly Pod[] {
    return this.cluster.list(pods, 'default');
  }

  get podNames(): string[] {
    return this.pods.map(({ metadata }) => metadata.name);
  }

  get claimNames(): string[] {
    return this.cluster.list(persistentVolumeClaims, 'default').map(({ metadata }) => metadata.name);
  }

  get revisions() {
    return [...this.cluster.list(controllerRevisions, 'default')].sort((a, b) => a.revision - b.revision);
  }

  /** The image of each pod, by name. */
  get images(): Record<string, string> {
    return Object.fromEntries(this.pods.map(({ metadata, spec }) => [metadata.name, spec.containers[0]!.image!]));
  }

  pod(ordinal: number): Pod {
    return this.cluster.get(pods, 'default', `web-${ordinal}`)!;
  }

  change(edit: (spec: StatefulSetSpec) => void): void {
    this.cluster.change(statefulSets, 'default', 'web', (set) => edit(set.spec));
  }

  roll(image: string): void {
    this.change((spec) => {
      spec.template = template(image);
    });
  }

  /** Lets controllers and nodes work until there is nothing to do. */
  settle(): void {
    this.cluster.settle(() => kubelets(this.cluster));
  }

  /** Lets the controllers work, and no node. */
  decide(): void {
    this.cluster.settle();
  }

  messages(reason?: string): string[] {
    return this.cluster.events.filter((event) => !reason || event.reason === reason).map(({ message }) => message);
  }
}

export const claimTemplate = (name: string) => ({
  metadata: { name, labels: { tier: 'data' } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
