import type { PodInfo } from './pod-info.ts';

/** Pods that wait for room on a node, which is kept for them against pods that are less important. */
export class Nominations {
  readonly #byNode = new Map<string, PodInfo[]>();
  readonly #assumed = new Set<PodInfo>();
  readonly #nodeOf = new Map<string, { info: PodInfo; nodeName: string }>();

  /** The most important first. */
  on(nodeName: string): readonly PodInfo[] {
    return this.#byNode.size === 0 ? none : (this.#byNode.get(nodeName) ?? none);
  }

  forget(uid: string): void {
    const before = this.#nodeOf.get(uid);
    if (before) this.set(before.info, undefined);
  }

  /** As `set`, until `restore`. */
  assume(info: PodInfo, nodeName: string | undefined): void {
    this.#assumed.add(info);
    this.set(info, nodeName);
  }

  /** Back to what the pods themselves say. */
  restore(): void {
    for (const info of this.#assumed) this.set(info, info.pod.status?.nominatedNodeName);
    this.#assumed.clear();
  }

  /** The pod waits for this node, or for none. */
  set(info: PodInfo, nodeName: string | undefined): void {
    const { uid } = info.pod.metadata;
    const before = this.#nodeOf.get(uid);
    if (before) {
      this.#nodeOf.delete(uid);
      const left = this.on(before.nodeName).filter((other) => other !== before.info);
      if (left.length === 0) this.#byNode.delete(before.nodeName);
      else this.#byNode.set(before.nodeName, left);
    }
    if (!nodeName) return;
    this.#nodeOf.set(uid, { info, nodeName });
    this.#byNode.set(nodeName, [...this.on(nodeName), info].sort((a, b) => b.priority - a.priority));
  }
}

const none: readonly PodInfo[] = [];
