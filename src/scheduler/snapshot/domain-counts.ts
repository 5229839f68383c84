import type { NodeSet } from '../framework.ts';
import type { NodeInfo } from './node-info.ts';

export type DomainKey = [topologyKey: string, among?: NodeSet];

/** Adds up by the value of a node label. */
export class DomainCounts {
  readonly counts = new Map<string, number>();
  readonly #topologyKey: string;
  readonly #among: NodeSet | undefined;

  static keyOf(...[topologyKey, among]: DomainKey): string {
    return among ? `${topologyKey} ${among.key}` : topologyKey;
  }

  constructor(...[topologyKey, among]: DomainKey) {
    this.#topologyKey = topologyKey;
    this.#among = among;
  }

  count(node: NodeInfo, change: number): void {
    const { labels } = node;
    const value = labels[this.#topologyKey];
    if (value === undefined || !Object.hasOwn(labels, this.#topologyKey)) return;
    if (this.#among && !this.#among.has(node)) return;
    const sum = (this.counts.get(value) ?? 0) + change;
    if (sum === 0) this.counts.delete(value);
    else this.counts.set(value, sum);
  }
}
