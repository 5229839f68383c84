import type { Node } from '../../../src/resources/core/node.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { node } from '../support.ts';
import { on } from './support.ts';

export const hostname = 'kubernetes.io/hostname';
export const taints = [{ key: 'foo', value: 'bar', effect: 'NoSchedule' }];

/** A constraint on pods that have the label; `undefined` for no selector. */
export const constraint = (topologyKey: string, label: string | undefined, more: object = {}) => ({
  topologyKey,
  maxSkew: 1,
  whenUnsatisfiable: 'DoNotSchedule',
  ...(label !== undefined && { labelSelector: { matchExpressions: [{ key: label, operator: 'Exists' }] } }),
  ...more,
});

/** Labels without values, by name. */
export const withLabels = (labels: string) => ({ labels: Object.fromEntries(labels.split(' ').map((label) => [label, ''])) });

/** Two zones of two nodes, a and b, x and y; labels and taints by name on top. */
export const fourNodes = (more: Record<string, Parameters<typeof node>[1]> = {}): Node[] =>
  ['a', 'b', 'x', 'y'].map((name) => {
    const { labels, ...rest } = more[name] ?? {};
    return node(name, { ...rest, labels: { zone: name < 'x' ? 'zone1' : 'zone2', node: name, ...labels } });
  });

/** So many pods on each of the nodes. */
export const spread = (counts: string, names = ['a', 'b', 'x', 'y'], labels = 'foo'): Pod[] =>
  counts.split('/').flatMap((count, i) => Array.from({ length: Number(count) }, () => on(names[i]!, withLabels(labels))));
