import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Random } from '../../lib/random.ts';
import type { Node } from '../../resources/core/node.ts';
import { isApiError, type Api } from '../api.ts';

/**
 * Where pods get their addresses: 10.128.0.0/9, apart from the services' 10.96.0.0/12, in 32,768 networks of one node
 * each.
 */
const slots = 32_768;
export const cidrOfSlot = (slot: number): string => `10.${128 + (slot >> 8)}.${slot & 255}.0/24`;

/** The network a node has chosen but does not own yet. */
export const claimAnnotation = 'hibernetes.dev/pod-cidr-claim';

/** A free network, searched from slot `start` on; undefined if all are taken. */
export function freeCIDR(taken: readonly string[], start: number): string | undefined {
  const exact = new Set(taken);
  const others = taken.filter((cidr) => !/^10\.\d+\.\d+\.0\/24$/.test(cidr));
  for (let i = 0; i < slots; i++) {
    const cidr = cidrOfSlot((start + i) % slots);
    if (!exact.has(cidr) && !others.some((other) => overlap(other, cidr))) return cidr;
  }
  return undefined;
}

function overlap(a: string, b: string): boolean {
  const [[networkA, bitsA], [networkB, bitsB]] = [ipaddr.parseCIDR(a), ipaddr.parseCIDR(b)];
  return networkA.kind() === networkB.kind() && networkA.match(networkB, Math.min(bitsA, bitsB));
}

/** Where a node starts to search, so that nodes that join at once rarely meet. */
export const preferredSlot = (node: string): number => createHash('sha256').update(node).digest().readUInt16BE() % slots;

/** The networks that other nodes have or claim. */
export function takenBy(nodes: readonly Node[], except: string): string[] {
  return nodes
    .filter(({ metadata }) => metadata.name !== except)
    .flatMap(({ metadata, spec }) => [
      ...(spec.podCIDR ? [spec.podCIDR] : []),
      ...(metadata.annotations?.[claimAnnotation] ? [metadata.annotations[claimAnnotation]] : []),
    ]);
}

/**
 * Gives the node a network of its own and returns the node with it in `spec.podCIDR`, where it stays for as long as the
 * Node exists. Two nodes never get the same: each first writes its claim, then looks at all others and keeps the claim
 * only if nobody else has it. Of two that claim the same at once, the later one to look sees the other; if both do, both
 * choose again, at random.
 */
export async function ensurePodCIDR(api: Api, node: Node, random: Random): Promise<Node & { spec: { podCIDR: string } }> {
  const { name } = node.metadata;
  const path = `/api/v1/nodes/${name}`;
  let current = node;
  for (let attempt = 0; ; attempt++) {
    if (current.spec.podCIDR) return current as Node & { spec: { podCIDR: string } };
    const taken = takenBy((await api.list<Node>('/api/v1/nodes')).items, name);
    const claim = current.metadata.annotations?.[claimAnnotation];
    if (claim && !taken.includes(claim)) {
      const annotations = { [claimAnnotation]: null };
      try {
        current = await api.patch<Node>(path, 'merge', {
          metadata: { annotations },
          spec: { podCIDR: claim, podCIDRs: [claim] },
        });
      } catch (error) {
        // Somebody else (a node IPAM controller) has given it a network meanwhile, which cannot be changed.
        if (!isApiError(error, 422)) throw error;
        current = await api.get<Node>(path);
        if (!current.spec.podCIDR) throw error;
      }
      continue;
    }
    const next = freeCIDR(taken, attempt === 0 ? preferredSlot(name) : Math.floor(random.next() * slots));
    if (!next) throw new Error('every pod network is taken by another node');
    current = await api.patch<Node>(path, 'merge', { metadata: { annotations: { [claimAnnotation]: next } } });
  }
}
