import type { MatchingPods, PodSelection } from '../framework.ts';
import { DomainCounts, type DomainKey } from './domain-counts.ts';
import { keepRecent } from './keep-recent.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** Placed pods that no selection can tell apart: of one namespace, with the same labels, being deleted or not. */
interface PodGroup {
  readonly key: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly terminating: boolean;
  readonly nodes: Map<NodeInfo, number>;
  /** The counters that count these pods. */
  counters: Counter[];
}

/** Counts the pods of one selection. */
class Counter implements MatchingPods {
  total = 0;
  readonly selection: PodSelection;
  readonly byNode = new Map<NodeInfo, number>();
  readonly #domains = new Map<string, DomainCounts>();

  constructor(selection: PodSelection) {
    this.selection = selection;
  }

  matches({ namespace, labels, terminating }: PodGroup): boolean {
    const { namespaces, selector, terminating: counted } = this.selection;
    return (counted || !terminating) && (!namespaces || namespaces.has(namespace)) && selector.matches(labels);
  }

  byDomain(...key: DomainKey): ReadonlyMap<string, number> {
    const create = () => {
      const domains = new DomainCounts(...key);
      for (const [node, count] of this.byNode) domains.count(node, count);
      return domains;
    };
    return keepRecent(this.#domains, DomainCounts.keyOf(...key), { max: domainsMax, create }).counts;
  }

  count(node: NodeInfo, change: number): void {
    this.total += change;
    addTo(this.byNode, node, change);
    for (const domains of this.#domains.values()) domains.count(node, change);
  }
}

/**
 * How many placed pods match a selection, where. Pods are taken together by what selections look at, so that a placement
 * costs no look at any selection but those that count it.
 */
export class PodCounts {
  readonly #groups = new Map<string, PodGroup>();
  readonly #counters = new Map<string, Counter>();

  add(info: PodInfo, node: NodeInfo): void {
    const key = (info.groupKey ??= groupKey(info));
    let group = this.#groups.get(key);
    if (!group) this.#groups.set(key, (group = this.#newGroup(info, key)));
    // All pods of the group hold the same text.
    info.groupKey = group.key;
    count(group, node, 1);
  }

  remove(info: PodInfo, node: NodeInfo): void {
    const key = (info.groupKey ??= groupKey(info));
    const group = this.#groups.get(key);
    if (!group) return;
    count(group, node, -1);
    if (group.nodes.size === 0) this.#groups.delete(key);
  }

  matching(selection: PodSelection): MatchingPods {
    return keepRecent(this.#counters, selectionKey(selection), {
      max: countersMax,
      create: () => {
        const counter = new Counter(selection);
        for (const group of this.#groups.values()) {
          if (!counter.matches(group)) continue;
          group.counters.push(counter);
          for (const [node, pods] of group.nodes) counter.count(node, pods);
        }
        return counter;
      },
      dropped: (counter) => {
        for (const group of this.#groups.values())
          if (counter.matches(group)) group.counters = group.counters.filter((other) => other !== counter);
      },
    });
  }

  #newGroup({ pod: { metadata } }: PodInfo, key: string): PodGroup {
    const group: PodGroup = {
      key,
      namespace: metadata.namespace ?? '',
      labels: metadata.labels ?? {},
      terminating: metadata.deletionTimestamp !== undefined,
      nodes: new Map(),
      counters: [],
    };
    for (const counter of this.#counters.values()) if (counter.matches(group)) group.counters.push(counter);
    return group;
  }
}

/** Selections that are counted at the same time. One that has to be counted anew costs a look at each group of pods. */
const countersMax = 2_048;

/** Ways to add one selection up by domain that are followed at the same time. */
const domainsMax = 32;

function count({ nodes, counters }: PodGroup, node: NodeInfo, change: number): void {
  addTo(nodes, node, change);
  for (const counter of counters) counter.count(node, change);
}

function addTo<K>(counts: Map<K, number>, key: K, change: number): void {
  const sum = (counts.get(key) ?? 0) + change;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

function groupKey({ pod: { metadata } }: PodInfo): string {
  const { namespace = '', labels, deletionTimestamp } = metadata;
  const text = labels ? JSON.stringify(Object.entries(labels).sort(byKey)) : '';
  return `${deletionTimestamp === undefined ? '+' : '-'}${namespace} ${text}`;
}

const byKey = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : a > b ? 1 : 0);

const selectionKey = ({ namespaces, selector, terminating }: PodSelection): string => {
  const where = namespaces ? [...namespaces].sort().join(',') : '*';
  return `${terminating ? '-' : '+'}${where} ${selector.nothing ? '\0' : selector.toString()}`;
};
