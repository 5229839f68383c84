/** A cluster with the job controller, jobs for it, and nodes that end pods as a test says. */
import { jobController } from '../../../src/controllers/job/controller.ts';
import { rfc3339 } from '../../../src/lib/clock.ts';
import type { JobSpec } from '../../../src/resources/batch/job-spec.ts';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { isPodActive, isPodTerminal } from '../../../src/controllers/support/pods.ts';
import { TestCluster } from '../support/cluster.ts';

const labels = { app: 'work' };

export class World extends TestCluster {
  constructor(seed = 1) {
    super({ controllers: [jobController], seed });
  }

  /** Creates the job `work` as the API would: with the selector it makes. */
  start(spec: Partial<JobSpec> = {}, metadata: Partial<Job['metadata']> = {}): void {
    this.create(jobs, {
      metadata: { name: 'work', namespace: 'default', labels, ...metadata },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c:1' }] } },
        ...spec,
      },
    });
  }

  get job(): Job {
    return this.get(jobs, 'default', 'work')!;
  }

  changeJob(edit: (job: Job) => void): void {
    this.change(jobs, 'default', 'work', edit);
  }

  get pods(): readonly Pod[] {
    return this.list(pods, 'default');
  }

  get active(): Pod[] {
    return this.pods.filter(isPodActive);
  }

  /** Conditions that hold, as `Type Reason`, in order. */
  get conditions(): string[] {
    return (this.job.status?.conditions ?? [])
      .filter(({ status }) => status === 'True')
      .map(({ type, reason }) => `${type} ${reason}`);
  }

  get reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }

  /** Lets pods run, and those end that are being deleted. */
  kubelet(pod: Pod): boolean {
    const { name, deletionTimestamp, finalizers } = pod.metadata;
    if (deletionTimestamp && (isPodTerminal(pod) || !pod.spec.nodeName)) {
      if (finalizers?.length) return false;
      this.remove(pods, 'default', name);
      return true;
    }
    if (deletionTimestamp) return this.end(pod, 137);
    if (pod.status?.phase === 'Running' || isPodTerminal(pod)) return false;
    this.change(pods, 'default', name, (next) => {
      next.spec.nodeName = 'node-0';
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: rfc3339(this.now) };
      next.status = { ...next.status, phase: 'Running', conditions: [ready] };
    });
    return true;
  }

  /** The pod ends with that code. */
  end(pod: Pod, exitCode: number): boolean {
    this.change(pods, 'default', pod.metadata.name, (next) => {
      next.spec.nodeName ??= 'node-0';
      const terminated = { exitCode, finishedAt: rfc3339(this.now) };
      next.status = {
        phase: exitCode === 0 ? 'Succeeded' : 'Failed',
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: rfc3339(this.now) }],
        containerStatuses: [{ name: 'c', image: 'c:1', imageID: '', ready: false, restartCount: 0, state: { terminated } }],
      };
    });
    return true;
  }

  /** Ends the pod of an index. */
  endIndex(index: number, exitCode: number): void {
    this.end(
      this.active.find((pod) => indexOf(pod) === String(index))!,
      exitCode,
    );
  }

  /** Until controller and nodes have nothing to do. Pods run on until they are ended. */
  rest(): void {
    this.settle(() => this.pods.map((pod) => this.kubelet(pod)).includes(true));
  }

  /** Indexes that have an active pod. */
  get running(): (string | undefined)[] {
    return this.active.map(indexOf).sort();
  }
}

const indexOf = (pod: Pod) => pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
