import type { KubeObject } from '../../src/machinery/meta.ts';
import type { ObjectChange, Snapshot } from '../../src/machinery/reader.ts';
import type { Plan, Write } from '../../src/machinery/reconcile.ts';
import type { AnyResource, ResourceDefinition } from '../../src/machinery/resource.ts';
import { pods, type Pod } from '../../src/resources/core/pod.ts';

/** The state of a cluster without a store: objects, and what changed since a revision. */
export class MemoryCluster implements Snapshot {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  #changes: { revision: number; change: ObjectChange }[] = [];
  revision = 0;

  get<T extends KubeObject>({ resource }: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    return this.#of(resource).get(`${namespace}/${name}`) as T | undefined;
  }

  list<T extends KubeObject>({ resource }: ResourceDefinition<T>, namespace?: string): readonly T[] {
    const all = [...this.#of(resource).values()] as T[];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  ownedBy<T extends KubeObject>(): readonly T[] {
    return [];
  }

  dependentsOf(): readonly KubeObject[] {
    return [];
  }

  /** Forgets what was asked for: there is one who asks. */
  changesSince(revision: number, resources: ReadonlySet<string>): readonly ObjectChange[] {
    this.#changes = this.#changes.filter((each) => each.revision > revision);
    return this.#changes.map(({ change }) => change).filter(({ resource }) => resources.has(resource));
  }

  put({ resource }: AnyResource, after: KubeObject): void {
    const key = `${after.metadata.namespace ?? ''}/${after.metadata.name}`;
    const before = this.#of(resource).get(key);
    this.#of(resource).set(key, after);
    this.#changes.push({ revision: ++this.revision, change: { resource, ...(before && { before }), after } });
  }

  remove({ resource }: AnyResource, namespace: string, name: string): void {
    const before = this.#of(resource).get(`${namespace}/${name}`);
    if (!before) return;
    this.#of(resource).delete(`${namespace}/${name}`);
    this.#changes.push({ revision: ++this.revision, change: { resource, before } });
  }

  /** Does what the scheduler wants, at once. */
  carryOut(plan: Plan): void {
    for (const write of plan.writes) this.#carryOut(write);
  }

  #carryOut(write: Write): void {
    switch (write.verb) {
      case 'bind': {
        const pod = this.get(pods, write.namespace, write.name);
        if (!pod || pod.spec.nodeName) return;
        const { generation = 1 } = pod.metadata;
        const { nominatedNodeName: _, ...status } = pod.status ?? {};
        const metadata = { ...pod.metadata, generation: generation + 1 };
        this.put(pods, { ...pod, metadata, spec: { ...pod.spec, nodeName: write.nodeName }, status } as Pod);
        return;
      }
      case 'update':
        return this.put(write.resource, write.object);
      case 'delete':
        return this.remove(write.resource, write.namespace, write.name);
      case 'create':
        throw new Error('the scheduler creates nothing');
    }
  }

  #of(resource: string): Map<string, KubeObject> {
    let objects = this.#objects.get(resource);
    if (!objects) this.#objects.set(resource, (objects = new Map()));
    return objects;
  }
}
