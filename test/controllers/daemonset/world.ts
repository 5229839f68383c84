import { daemonSetController } from '../../../src/controllers/daemonset/controller.ts';
import { nodeNameOf } from '../../../src/controllers/daemonset/daemon-pods.ts';
import { controllerRevisions } from '../../../src/resources/apps/controllerrevision.ts';
import { daemonSets, type DaemonSet, type DaemonSetSpec } from '../../../src/resources/apps/daemonset.ts';
import { nodes, type Node, type Taint } from '../../../src/resources/core/node.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { TestCluster } from '../support/cluster.ts';
import { kubelets } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';

/** A cluster with nodes `a`, `b`, … and one DaemonSet, `agent`. */
export class World {
  readonly cluster: TestCluster;

  constructor(nodeNames: string, spec: Partial<DaemonSetSpec> = {}, seed = 1) {
    this.cluster = new TestCluster({ controllers: [daemonSetController], seed });
    for (const name of nodeNames) this.addNode(name);
    this.cluster.create(daemonSets, {
      metadata: { name: 'agent', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
    });
  }

  addNode(name: string, labels: Record<string, string> = {}, taints: Taint[] = []): void {
    this.cluster.create(nodes, { metadata: { name, labels }, spec: { taints }, status: {} });
  }

  changeNode(name: string, edit: (node: Node) => void): void {
    this.cluster.change(nodes, '', name, edit);
  }

  get set(): DaemonSet {
    return this.cluster.get(daemonSets, 'default', 'agent')!;
  }

  get pods(): readonly Pod[] {
    return this.cluster.list(pods, 'default');
  }

  /** What is on each node, a pod a letter: `n` new, `o` old, going ones in brackets; sorted by node. */
  get picture(): string {
    const hash = this.revisions.at(-1)!.metadata.labels!['controller-revision-hash'];
    const show = (pod: Pod) => {
      const letter = pod.metadata.labels!['controller-revision-hash'] === hash ? 'n' : 'o';
      return pod.metadata.deletionTimestamp ? `(${letter})` : letter;
    };
    const names = this.cluster.list(nodes).map(({ metadata }) => metadata.name);
    return names.map((name) => `${name}:${this.on(name).map(show).sort().join('')}`).join(' ');
  }

  on(nodeName: string): readonly Pod[] {
    return this.pods.filter((pod) => nodeNameOf(pod) === nodeName);
  }

  get revisions() {
    return [...this.cluster.list(controllerRevisions, 'default')].sort((a, b) => a.revision - b.revision);
  }

  change(edit: (spec: DaemonSetSpec) => void): void {
    this.cluster.change(daemonSets, 'default', 'agent', (set) => edit(set.spec));
  }

  roll(image: string): void {
    this.cluster.change(daemonSets, 'default', 'agent', ({ metadata, spec }) => {
      spec.template = template(image);
      const annotation = 'deprecated.daemonset.template.generation';
      metadata.annotations![annotation] = String(Number(metadata.annotations![annotation]) + 1);
    });
  }

  /** The scheduler and the nodes do what they have to. Says whether there was anything. */
  nodesAct(mayAct: (pod: Pod) => boolean = () => true): boolean {
    const acting = new Set(this.pods.filter(mayAct).map(({ metadata }) => metadata.uid));
    for (const pod of this.pods)
      if (!pod.spec.nodeName && acting.has(pod.metadata.uid))
        this.cluster.change(pods, 'default', pod.metadata.name, (next) => void (next.spec.nodeName = nodeNameOf(next)));
    return kubelets(this.cluster, ({ metadata }) => acting.has(metadata.uid));
  }

  settle(mayAct?: (pod: Pod) => boolean): void {
    this.cluster.settle(() => this.nodesAct(mayAct));
  }

  /** Lets the controllers work, and no node. */
  decide(): void {
    this.cluster.settle();
  }

  messages(reason: string): string[] {
    return this.cluster.events.filter((event) => event.reason === reason).map(({ message }) => message);
  }
}
