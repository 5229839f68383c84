import { ClusterRefusal } from '../client.ts';
import type { ActionOf } from '../config.ts';
import { pathOf, ruleFor, type ActionContext, type ActionResult } from './action.ts';

interface CronJob {
  metadata: { name: string; uid: string };
  spec: { jobTemplate: { metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }; spec: object } };
}

/** A Job's pods carry its name as a label. */
const jobNameMax = 63;

/**
 * Makes a Job of a CronJob's template, as `kubectl create job --from` does. Its name comes of the delivery: one that is tried
 * again makes no second one.
 */
export async function runJob({ cronJob }: ActionOf<'runJob'>, { client, key }: ActionContext): Promise<ActionResult> {
  const { metadata, spec } = await client.get<CronJob>(pathOf(client.namespace, 'CronJob', cronJob), ruleFor('CronJob', cronJob, 'get'));
  const suffix = key.slice(0, 10);
  const name = `${cronJob.slice(0, jobNameMax - suffix.length - 1).replace(/[-.]+$/, '')}-${suffix}`;
  const { labels, annotations } = spec.jobTemplate.metadata ?? {};
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: metadata.name, uid: metadata.uid, controller: true };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      labels,
      annotations: { ...annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [owner],
    },
    spec: spec.jobTemplate.spec,
  };
  const object = `jobs.batch/${name}`;
  try {
    const rule = { verbs: ['create'], apiGroups: ['batch'], resources: ['jobs'] };
    await client.create(`/apis/batch/v1/namespaces/${client.namespace}/jobs`, rule, job);
    return { object, result: 'changed', detail: `made of ${cronJob}` };
  } catch (error) {
    if (error instanceof ClusterRefusal && error.status === 409) return { object, result: 'unchanged', detail: 'was made by an attempt before' };
    throw error;
  }
}
