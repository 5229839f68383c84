/** Jobs as the server has them after a create. */
import { accepted, metadata } from '../apps/workloads.ts';
import { context } from '../objects.ts';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';

export const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'perl:5.34' }] } };
export const uid = metadata.uid;

/** Decoded, with defaults, and with the labels and the selector that the server makes. */
export function job(spec: object = {}, more: object = {}): Job {
  const object = accepted(jobs, { template, ...spec }, more);
  jobs.strategy.prepareForCreate!(object, context);
  return object;
}

export const indexed = (spec: object = {}, more: object = {}): Job =>
  job({ completionMode: 'Indexed', completions: 5, ...spec }, more);
