import type { Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { maxNodeScore, type Cluster, type Plugin } from '../framework.ts';

const mebibyte = 1024 * 1024;
/** Less than this is fetched as quickly as not at all. */
const minThreshold = 23 * mebibyte;
/** More than this, for each container, makes no more difference. */
const maxContainerThreshold = 1000 * mebibyte;

/**
 * Score: prefers nodes that have the pod's images, the larger, the more. What few nodes have counts less, so that pods do
 * not all go where the first of them went.
 */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  preScore({ pod }, _feasible, cluster) {
    const spread = imagesOf(pod)
      .map((name) => ({ name, share: nodesWith(name, cluster) / cluster.nodes.length }))
      .filter(({ share }) => share > 0);
    if (spread.length === 0) return undefined;
    const containers = pod.spec.containers.length + (pod.spec.initContainers?.length ?? 0);
    const maxThreshold = maxContainerThreshold * containers;
    return {
      score({ node }) {
        const present = imageSizes(node);
        const sum = spread.reduce((total, { name, share }) => total + Math.floor((present.get(name) ?? 0) * share), 0);
        const counted = Math.min(Math.max(sum, minThreshold), maxThreshold);
        return Math.floor((maxNodeScore * (counted - minThreshold)) / (maxThreshold - minThreshold));
      },
    };
  },
};

const imagesOf = ({ spec }: Pod): string[] => [
  ...[...(spec.initContainers ?? []), ...spec.containers].flatMap(({ image }) => (image ? [normalised(image)] : [])),
  ...(spec.volumes ?? []).flatMap(({ image }) => (image?.reference ? [normalised(image.reference)] : [])),
];

/** With its tag, as nodes report it. */
const normalised = (name: string): string => (name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name);

const noImages: ReadonlyMap<string, number> = new Map();
const known = new WeakMap<Node, ReadonlyMap<string, number>>();

/** The sizes of the images that a node has, in bytes, by each of their names. */
function imageSizes(node: Node): ReadonlyMap<string, number> {
  const images = node.status?.images;
  if (!images?.length) return noImages;
  let sizes = known.get(node);
  if (!sizes) {
    const pairs = images.flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, Number(sizeBytes)] as const));
    sizes = new Map(pairs);
    known.set(node, sizes);
  }
  return sizes;
}

// Of the nodes as they are: when one of them changes, the list is another one.
const counts = new WeakMap<Cluster['nodes'], Map<string, number>>();

function nodesWith(name: string, { nodes }: Cluster): number {
  let of = counts.get(nodes);
  if (!of) counts.set(nodes, (of = new Map()));
  let count = of.get(name);
  if (count === undefined) {
    count = nodes.reduce((sum, { node }) => sum + (imageSizes(node).has(name) ? 1 : 0), 0);
    of.set(name, count);
  }
  return count;
}
