import type { KubeObject } from '../../../src/machinery/meta.ts';
import { services, type Service } from '../../../src/resources/core/service.ts';
import type { Dice } from '../../support/dice.ts';
import { createIn, deleteSome, patchSome, type Operation } from './operation.ts';

const apps = ['d-a', 'd-b', 's-a', 'n-a', 'free'];
const port = { name: 'http', port: 80 };

function specOf(dice: Dice): object {
  const selector = { app: dice.some(apps) };
  return dice.some([
    { type: 'ClusterIP', selector, ports: [port] },
    { type: 'ClusterIP', clusterIP: 'None', selector, ports: [port], publishNotReadyAddresses: dice.once(2) },
    { type: 'NodePort', selector, ports: [port, { name: 'udp', port: 53, protocol: 'UDP' }] },
    { type: 'LoadBalancer', selector, ports: [port], externalTrafficPolicy: dice.some(['Local', 'Cluster']) },
    { type: 'ExternalName', externalName: 'example.com' },
  ]);
}

/** The cluster's own one stays as it is. */
const isOwn = ({ metadata }: KubeObject): boolean => metadata.name !== 'kubernetes';

/** Headless services and names of others stay what they are. */
const hasAddress = ({ spec }: Service): boolean => spec.type !== 'ExternalName' && spec.clusterIP !== 'None';

export const serviceOperations: readonly Operation[] = [
  {
    name: 'create a service',
    weight: 6,
    run: (scene) =>
      createIn(scene, services, { metadata: { name: scene.dice.some(['web', 'db', 'dns']) }, spec: specOf(scene.dice) }),
  },
  {
    name: "change a service's type",
    weight: 3,
    run: (scene) =>
      patchSome<Service>(
        scene,
        services,
        () => ({ spec: { type: scene.dice.some(['ClusterIP', 'NodePort', 'LoadBalancer']), externalTrafficPolicy: null } }),
        (service) => isOwn(service) && hasAddress(service),
      ),
  },
  {
    name: "change a service's selector",
    weight: 2,
    run: (scene) =>
      patchSome<Service>(
        scene,
        services,
        () => ({ spec: { selector: { app: scene.dice.some(apps) } } }),
        (service) => isOwn(service) && service.spec.type !== 'ExternalName',
      ),
  },
  { name: 'delete a service', weight: 2, run: (scene) => deleteSome(scene, services, isOwn) },
];
