import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import type { NodeFilter, Plugin } from '../../../src/scheduler/framework.ts';
import type { PassCluster } from '../../../src/scheduler/snapshot/pass-cluster.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { pod } from '../support.ts';

type Parts = Parameters<typeof pod>[1] & {};
let number = 0;

/** A pod on a node. */
export function on(nodeName: string, parts: Parts = {}): Pod {
  const each = pod(`placed-${++number}`, parts);
  return { ...each, spec: { ...each.spec, nodeName } };
}

/** A namespace with labels. */
export const namespace = (name: string, labels: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { ...pod(name).metadata, namespace: undefined, name, labels },
});

/** The plugin's filter for the pod; throws if it has none. */
export function filterFor(plugin: Plugin, each: Pod, cluster: PassCluster): NodeFilter {
  const filter = plugin.preFilter?.(podInfoOf(each), cluster)?.filter;
  if (!filter) throw new Error(`${plugin.name} lets every node pass`);
  return filter;
}

/** The one reason for which each node is turned down, by name; nodes that pass are left out. */
export function turnedDown(plugin: Plugin, each: Pod, cluster: PassCluster): Record<string, string> {
  const found = plugin.preFilter?.(podInfoOf(each), cluster);
  if (found?.rejection !== undefined) return { all: found.rejection };
  return Object.fromEntries(
    cluster.nodes.flatMap((node) => {
      const rejection = found?.filter?.(node);
      return rejection ? [[node.name, rejection.reasons.join('; ')]] : [];
    }),
  );
}

/** The names of the nodes that the plugin lets the pod on, in order. */
export const fitting = (plugin: Plugin, each: Pod, cluster: PassCluster): string[] => {
  const not = turnedDown(plugin, each, cluster);
  return cluster.nodes
    .map(({ name }) => name)
    .filter((name) => !('all' in not) && !(name in not))
    .sort();
};

/** Whether the plugin thinks that a change is worth another look at the pod. */
export function hinted(plugin: Plugin, waiting: Pod, before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  const kind = (after ?? before)!.kind;
  const action = !before ? 'add' : after ? 'update' : 'delete';
  return (plugin.events ?? []).some(
    (event) =>
      event.resource.kind === kind && event.on.includes(action) && (event.hint?.(podInfoOf(waiting), before, after) ?? true),
  );
}

/** `key in (values)`, `key notin (values)`, `key` or `!key`, as an expression of a selector. */
export function expression(text: string) {
  const [, key, operator, values] = /^(\S+) (in|notin) \((.*)\)$/.exec(text) ?? [];
  if (key) return { key, operator: operator === 'in' ? 'In' : 'NotIn', values: values!.split(',') };
  return text.startsWith('!') ? { key: text.slice(1), operator: 'DoesNotExist' } : { key: text, operator: 'Exists' };
}

/** Pods with all that the expressions say, within one value of the key. */
export const near = (topologyKey: string, expressions: readonly string[], more: object = {}) => ({
  topologyKey,
  labelSelector: { matchExpressions: expressions.map(expression) },
  ...more,
});

type Term = ReturnType<typeof near>;

/** Required terms, and preferred ones with their weights, as a pod's affinity. */
export function affinity(parts: { with?: Term[]; without?: Term[]; prefer?: [number, Term][]; avoid?: [number, Term][] }) {
  const weighted = (terms: [number, Term][] = []) => terms.map(([weight, podAffinityTerm]) => ({ weight, podAffinityTerm }));
  return {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: parts.with ?? [],
        preferredDuringSchedulingIgnoredDuringExecution: weighted(parts.prefer),
      },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: parts.without ?? [],
        preferredDuringSchedulingIgnoredDuringExecution: weighted(parts.avoid),
      },
    },
  };
}
