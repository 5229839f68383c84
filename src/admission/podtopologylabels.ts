import type { KubeObject } from '../machinery/meta.ts';
import { nodes } from '../resources/core/node.ts';
import type { Pod } from '../resources/core/pod.ts';
import type { AdmissionPlugin, Attributes, WriteAttributes } from './plugin.ts';

const topologyLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** `v1.Binding`, as far as it matters here. */
interface Binding extends KubeObject {
  target: { kind?: string; name: string };
}

/** A pod that gets a node gets that node's zone and region as labels, so that its containers can learn of them. */
export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  operations: ['CREATE'],
  resources: ['pods'],
  subresources: ['', 'binding'],
  admit(attributes: WriteAttributes<KubeObject>, { pending }) {
    const name = nodeOf(attributes);
    const labels = name ? pending.get(nodes, '', name)?.metadata.labels : undefined;
    const found = topologyLabels.filter((key) => labels?.[key] !== undefined);
    if (found.length === 0) return;
    const { metadata } = attributes.object;
    metadata.labels = { ...metadata.labels, ...Object.fromEntries(found.map((key) => [key, labels![key]!])) };
  },
};

function nodeOf({ subresource, object }: Attributes): string | undefined {
  if (subresource === '') return (object as Pod).spec.nodeName;
  const { target } = object as Binding;
  return target.kind === undefined || target.kind === 'Node' ? target.name : undefined;
}
