import { deployments } from '../../src/resources/apps/deployment.ts';
import { daemonSets } from '../../src/resources/apps/daemonset.ts';
import { statefulSets, type StatefulSet } from '../../src/resources/apps/statefulset.ts';
import { horizontalPodAutoscalers } from '../../src/resources/autoscaling/horizontalpodautoscaler.ts';
import { cronJobs } from '../../src/resources/batch/cronjob.ts';
import { isFinished } from '../../src/resources/batch/job-conditions.ts';
import { jobs } from '../../src/resources/batch/job.ts';
import { nodes } from '../../src/resources/core/node.ts';
import { pods, type Pod } from '../../src/resources/core/pod.ts';
import { resourceQuotas } from '../../src/resources/core/resourcequota.ts';
import { controllerOf } from '../../src/machinery/meta.ts';
import type { AnyResource } from '../../src/machinery/resource.ts';
import { builtinResources } from '../../src/resources/index.ts';
import type { Kubelets } from './kubelets.ts';
import { holdFinalizer, pathTo } from './operations/operation.ts';
import { container } from './operations/templates.ts';
import type { World } from './world.ts';

const kinds = new Map(builtinResources.map((resource) => [resource.resource, resource]));

/** Puts everything in order that somebody has put in disorder, so that what is asked for can be had. */
export async function heal(world: World, kubelets: Kubelets): Promise<void> {
  world.faults.length = 0;
  await world.during(Promise.all(kubelets.machines.map((machine) => kubelets.register(machine))));
  // Requests may get lost with a process that has just lost the cluster.
  for (let attempts = 0; attempts < 5 && (await healObjects(world)); attempts++) await world.quiesce();
  for (let attempts = 0; attempts < 5 && !(await deleteStuckPods(world)); attempts++) await world.quiesce();
}

/**
 * A set waits for a pod that never becomes ready until somebody deletes it, and for a name that another pod has. Whether every
 * request was answered.
 */
async function deleteStuckPods(world: World): Promise<boolean> {
  const isStuck = (pod: Pod) =>
    isBroken(pod.spec) || (/^s[ab]-/.test(pod.metadata.name) && controllerOf(pod)?.kind !== 'StatefulSet');
  const requests = world.state
    .list(pods)
    .filter(isStuck)
    .map((pod) => world.request('DELETE', pathTo(pods, pod), {}));
  return (await world.during(Promise.all(requests))).every((answer) => answer !== undefined);
}

/** Whether there was anything to put in order. */
async function healObjects(world: World): Promise<boolean> {
  const { state } = world;
  const requests: Promise<unknown>[] = [];
  const patch = (resource: AnyResource, object: Parameters<typeof pathTo>[1], body: object) =>
    requests.push(world.patch(pathTo(resource, object), body));
  for (const { resource, object } of state.all()) {
    const { finalizers, resourceVersion } = object.metadata;
    if (finalizers?.includes(holdFinalizer))
      patch(kinds.get(resource)!, object, {
        metadata: { resourceVersion, finalizers: finalizers.filter((name) => name !== holdFinalizer) },
      });
  }
  for (const node of state.list(nodes)) {
    const { metadata, spec } = node;
    if (spec.unschedulable) patch(nodes, node, { spec: { unschedulable: null } });
    if (spec.taints?.some(({ key }) => key === 'sim'))
      patch(nodes, node, {
        metadata: { resourceVersion: metadata.resourceVersion },
        spec: { taints: spec.taints.filter(({ key }) => key !== 'sim') },
      });
  }
  for (const object of state.list(horizontalPodAutoscalers))
    requests.push(world.request('DELETE', pathTo(horizontalPodAutoscalers, object)));
  for (const quota of state.list(resourceQuotas)) {
    // One of CPU refuses pods that do not say how much they need.
    const hard = Object.fromEntries(
      Object.keys(quota.spec?.hard ?? {}).map((name) => [name, name === 'requests.cpu' ? null : '1000']),
    );
    if (
      Object.entries(hard).some(
        ([name, value]) => quota.spec?.hard?.[name] !== (value ?? undefined) && quota.spec?.hard?.[name] !== '1k',
      )
    )
      patch(resourceQuotas, quota, { spec: { hard } });
  }
  for (const job of state.list(jobs)) {
    // Those that have failed hold pods until they go on.
    const { suspend, parallelism } = job.spec;
    if (!isFinished(job) && (suspend || parallelism === 0))
      patch(jobs, job, { spec: { suspend: false, parallelism: parallelism || 1 } });
  }
  for (const object of state.list(cronJobs)) if (!object.spec.suspend) patch(cronJobs, object, { spec: { suspend: true } });
  for (const resource of [deployments, statefulSets, daemonSets] as (typeof deployments)[])
    for (const object of state.list(resource)) {
      const { partition } = (object as unknown as StatefulSet).spec.updateStrategy?.rollingUpdate ?? {};
      // Pods below it are made from the old template, which may be a broken one.
      if (partition) patch(resource, object, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
      if (object.spec.paused) patch(resource, object, { spec: { paused: false } });
      if (isBroken(object.spec.template.spec!))
        patch(resource, object, { spec: { template: { spec: { containers: [container('web:9')] } } } });
    }
  await world.during(Promise.all(requests));
  return requests.length > 0;
}

const isBroken = ({ containers }: { containers: { image?: string }[] }): boolean =>
  containers.some(({ image }) => image?.startsWith('broken'));
