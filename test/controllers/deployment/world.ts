import { expect } from 'vitest';
import { deploymentController } from '../../../src/controllers/deployment/controller.ts';
import { replicaSetController } from '../../../src/controllers/replicaset/controller.ts';
import { deployments, type Deployment } from '../../../src/resources/apps/deployment.ts';
import { replicaSets, type ReplicaSet } from '../../../src/resources/apps/replicaset.ts';
import { TestCluster } from '../support/cluster.ts';
import { kubelets } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';

export const revision = (object: Deployment | ReplicaSet) => object.metadata.annotations?.['deployment.kubernetes.io/revision'];

/** A cluster with the two controllers, for the story of one Deployment, `web`. */
export function createWorld() {
  const cluster = new TestCluster({ controllers: [deploymentController, replicaSetController] });
  const web = () => cluster.get(deployments, 'default', 'web')!;
  const sets = () => cluster.list(replicaSets);
  const change = (edit: (deployment: Deployment) => void) => cluster.change(deployments, 'default', 'web', edit);
  return {
    cluster,
    web,
    sets,
    change,
    create: (spec: Partial<Deployment['spec']> = {}, annotations: Record<string, string> = {}) =>
      cluster.create(deployments, {
        metadata: { name: 'web', namespace: 'default', annotations },
        spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
      }),
    setImage: (image: string) => change((d) => void (d.spec.template = template(image))),
    settle: () => cluster.settle(() => kubelets(cluster)),
    /** The ReplicaSet whose template has that image. */
    setOf: (image: string) => sets().find((set) => set.spec.template.spec.containers[0]!.image === image)!,
    progressing: () => web().status?.conditions?.find((c) => c.type === 'Progressing'),
    available: () => web().status?.conditions?.find((c) => c.type === 'Available'),
    messages: (reason: string) => cluster.events.filter((e) => e.reason === reason).map((e) => e.message),
    /** Nobody would write anything any more, whichever key is asked. */
    expectRest: () => {
      for (const { metadata } of sets())
        expect(cluster.plan(`replicaset ${metadata.namespace}/${metadata.name}`).writes).toEqual([]);
      expect(cluster.plan('deployment default/web').writes).toEqual([]);
    },
  };
}
