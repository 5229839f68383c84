import { configMaps } from '../../../src/resources/core/configmap.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { createIn, pathOf, type Operation } from './operation.ts';

export const namespaceOperations: readonly Operation[] = [
  {
    name: 'create a namespace',
    weight: 4,
    run: ({ world, dice }) => world.request('POST', pathOf(namespaces, ''), { metadata: { name: dice.some(['blue', 'red']) } }),
  },
  {
    name: 'delete a namespace',
    weight: 1,
    run: ({ world, dice }) => world.request('DELETE', pathOf(namespaces, '', dice.some(['blue', 'red']))),
  },
  { name: 'create a ConfigMap', weight: 1, run: (scene) => createIn(scene, configMaps, { metadata: { name: 'config' } }) },
];
