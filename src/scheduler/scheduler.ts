import { limits } from '../lib/limits.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { ObjectChange, Reader, Snapshot } from '../machinery/reader.ts';
import type { Plan, ReconcileContext } from '../machinery/reconcile.ts';
import type { AnyResource, ResourceDefinition } from '../machinery/resource.ts';
import { nodes, type Node } from '../resources/core/node.ts';
import { pods, type Pod } from '../resources/core/pod.ts';
import type { SearchPosition } from './filter.ts';
import type { Cluster } from './framework.ts';
import { PodWrites } from './pod-writes.ts';
import { profileOf, type ProfileTable } from './profile.ts';
import { eventTable } from './queue/events.ts';
import { flushAfterMs, SchedulingQueue, type QueuedPod } from './queue/scheduling-queue.ts';
import { needsOf } from './same-needs.ts';
import { schedulePod, type Outcome } from './schedule-pod.ts';
import { ClusterCache } from './snapshot/cluster-cache.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import { Nominations } from './snapshot/nominations.ts';
import { PassCluster } from './snapshot/pass-cluster.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** What one pass may do before it lets others have their turn. */
export interface PassLimits {
  /** Pods looked at, and outcomes. */
  readonly pods: number;
  /** Nodes looked at, over all pods. */
  readonly nodeLooks: number;
}

/** What a pass is told, as a reconcile is. */
type PassContext = Pick<ReconcileContext, 'now' | 'random'> & Partial<Pick<ReconcileContext, 'failures'>>;

const passLimits: PassLimits = { pods: limits.podsPerSchedulingPass, nodeLooks: limits.nodeLooksPerSchedulingPass };

/**
 * Everything the scheduler knows between passes: the cache of nodes and placed pods, and the queue. It follows a snapshot by
 * what changed since it looked last. All of it can be worked out again from the state; a new one starts with a look at
 * every pod that waits, and has forgotten only who backs off.
 */
export class Scheduler {
  /** The kinds whose changes concern it. */
  readonly resources: readonly AnyResource[];
  readonly cache = new ClusterCache();
  readonly #profiles: ProfileTable;
  readonly #queue: SchedulingQueue;
  readonly #nominations = new Nominations();
  readonly #position: SearchPosition = { next: 0, looks: 0 };
  readonly #resourceNames: ReadonlySet<string>;
  #revision: number | undefined;
  /** The pods that the last pass found no place for yet: they wait for what it wanted to be written. */
  #waiting: QueuedPod[] = [];
  /** When the last failure that was news is looked at again. */
  #flushMs: number | undefined;

  constructor(profiles: ProfileTable) {
    const events = eventTable(profiles);
    this.#profiles = profiles;
    this.#queue = new SchedulingQueue(profiles, events);
    this.resources = events.resources;
    this.#resourceNames = new Set(events.resources.map(({ resource }) => resource));
  }

  /** Whether pods wait for something to happen in the cluster. */
  get awaitsEvents(): boolean {
    return this.#queue.awaitsEvents;
  }

  /** Looks at pods that wait, and says what is to be done. */
  pass(snapshot: Snapshot, { now, random, failures = [] }: PassContext, most: PassLimits = passLimits): Plan {
    const nowMs = now.getTime();
    this.#follow(snapshot, nowMs);
    // What was not written makes no event: a claim that gets no node, a victim that stays.
    if (failures.length > 0) this.#queue.retry(this.#waiting);
    this.#waiting = [];
    this.#queue.flush(nowMs);
    const cluster = new PassCluster(this.cache, { reader: snapshot, now, random, nominations: this.#nominations });
    const writes = new PodWrites(now);
    // What did not fit fits no other pod that asks for the same, because within a pass room only shrinks. If other pods could
    // not make room either, there is nothing left to find out.
    const failed = new Map<string, Outcome & { type: 'failed' }>();
    const looksMax = this.#position.looks + most.nodeLooks;
    let isNews = false;
    for (let looked = 0; looked < most.pods && writes.size < most.pods && this.#position.looks < looksMax; looked++) {
      const queued = this.#queue.pop();
      if (!queued) break;
      const { info } = queued;
      const needs = failed.size > 0 ? needsOf(info) : undefined;
      const same = needs === undefined ? undefined : failed.get(needs);
      const isSettled = same && !same.postFiltered?.nominatedNodeName;
      const outcome = isSettled
        ? same
        : schedulePod(info, cluster, profileOf(this.#profiles, info.pod)!, this.#position, same?.diagnosis);
      if (outcome.type === 'failed' && !isSettled) {
        const key = needs ?? needsOf(info);
        if (key !== undefined) failed.set(key, outcome);
      }
      if (this.#settle(queued, outcome, cluster, writes)) isNews = true;
    }

    const plan = writes.plan();
    const nextMs = this.#nextMs(nowMs, isNews);
    if (nextMs !== undefined) plan.requeueAfterMs = nextMs - nowMs;
    return plan;
  }

  /** When to look again even if nothing happens. */
  #nextMs(nowMs: number, isNews: boolean): number | undefined {
    // Events are what pods wait for. In case one was missed, a failure that is news is looked at once more; not for ever,
    // because nobody could sleep.
    if (isNews) this.#flushMs = nowMs + flushAfterMs;
    else if (this.#flushMs !== undefined && this.#flushMs <= nowMs) this.#flushMs = undefined;
    const times = [this.#queue.nextMs(nowMs), this.#flushMs].filter((time) => time !== undefined);
    return times.length > 0 ? Math.max(nowMs, Math.min(...times)) : undefined;
  }

  /** Notes an outcome. Answers whether somebody learns from it that a pod has no place. */
  #settle(queued: QueuedPod, outcome: Outcome, cluster: Cluster, writes: PodWrites): boolean {
    const nowMs = cluster.now.getTime();
    const { info } = queued;
    switch (outcome.type) {
      case 'placed':
        writes.add(outcome.writes);
        writes.bind(info.pod, outcome.node.name);
        this.cache.assume(info, outcome.node);
        this.#nominations.assume(info, undefined);
        return false;
      case 'waits':
        writes.add(outcome.writes);
        this.#nominate(info, outcome.node.name, writes);
        this.#queue.failed(queued, outcome.plugins, nowMs);
        this.#waiting.push(queued);
        return false;
      case 'failed': {
        const { nominatedNodeName, victims = [] } = outcome.postFiltered ?? {};
        if (nominatedNodeName !== undefined) this.#nominate(info, nominatedNodeName, writes);
        const node = nominatedNodeName ? this.cache.node(nominatedNodeName) : undefined;
        if (node && victims.length > 0) this.#preempt(info, node, wholePods(victims, cluster.reader), writes);
        this.#queue.failed(queued, outcome.rejectors, nowMs);
        this.#waiting.push(queued);
        return writes.unschedulable(info.pod, outcome.message);
      }
    }
  }

  #nominate(info: PodInfo, nodeName: string, writes: PodWrites): void {
    this.#nominations.assume(info, nodeName);
    writes.nominate(info.pod, nodeName);
  }

  #preempt(preemptor: PodInfo, node: NodeInfo, victims: readonly Pod[], writes: PodWrites): void {
    for (const victim of victims) writes.preempt(victim, preemptor.pod, node.name);
    // Pods that are less important would wait for this room in vain.
    for (const other of this.#nominations.on(node.name).filter(({ priority }) => priority < preemptor.priority))
      this.#nominate(other, '', writes);
  }

  /** Takes in what changed since the last pass, and takes back what was decided then and did not come true. */
  #follow(snapshot: Snapshot, nowMs: number): void {
    this.#nominations.restore();
    const known = this.#revision === undefined ? undefined : snapshot.changesSince?.(this.#revision, this.#resourceNames);
    for (const change of known ?? this.#differences(snapshot)) this.#take(change);
    if (!known) this.#queue.retryAll();
    this.#revision = snapshot.revision;
    this.cache.forgetAssumed();
    this.#queue.retryPopped(nowMs);
  }

  #take(change: ObjectChange): void {
    const { resource, before, after } = change;
    if (resource === nodes.resource) this.cache.nodeChanged((after ?? before)!.metadata.name, after as Node | undefined);
    else if (resource === pods.resource) {
      const { uid } = (after ?? before)!.metadata;
      this.cache.podChanged(uid, after as Pod | undefined);
      this.#queue.podChanged(uid, after as Pod | undefined);
      const queued = this.#queue.pods.get(uid);
      if (queued) this.#nominations.set(queued.info, queued.info.pod.status?.nominatedNodeName);
      else this.#nominations.forget(uid);
    }
    this.#queue.eventHappened(change);
  }

  /** The nodes and pods that are other than what is known. Costs a look at each. */
  *#differences(snapshot: Snapshot): Generator<ObjectChange> {
    const gone = new Map<string, Node>(this.cache.nodes.map(({ name, node }) => [name, node]));
    for (const after of eachOf(snapshot, nodes)) {
      const before = gone.get(after.metadata.name);
      gone.delete(after.metadata.name);
      if (before !== after) yield { resource: nodes.resource, ...(before && { before }), after };
    }
    for (const before of gone.values()) yield { resource: nodes.resource, before };

    const seen = new Set<string>();
    const known = (uid: string) => this.cache.pods.get(uid) ?? this.#queue.pods.get(uid)?.info;
    for (const after of eachOf(snapshot, pods)) {
      const { uid } = after.metadata;
      seen.add(uid);
      const before = known(uid)?.pod;
      if (before !== after) yield { resource: pods.resource, ...(before && { before }), after };
    }
    const left = [...this.cache.pods.keys(), ...this.#queue.pods.keys()].filter((uid) => !seen.has(uid));
    for (const uid of left) {
      const before = known(uid)?.pod;
      if (before) yield { resource: pods.resource, before };
    }
  }
}

const eachOf = <T extends KubeObject>(snapshot: Snapshot, resource: ResourceDefinition<T>): Iterable<T> =>
  snapshot.each?.(resource) ?? snapshot.list(resource);

/** The pods as they are in the snapshot: an info of a placed pod has only a part of it. */
const wholePods = (infos: readonly PodInfo[], reader: Reader): Pod[] =>
  infos.flatMap(({ pod: { metadata } }) => {
    const pod = reader.get(pods, metadata.namespace ?? '', metadata.name);
    return pod?.metadata.uid === metadata.uid ? [pod] : [];
  });
