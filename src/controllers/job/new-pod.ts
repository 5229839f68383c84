import type { Random } from '../../lib/random.ts';
import type { Draft } from '../../machinery/meta.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import { generatedName, podFromTemplate, podNamePrefix } from '../support/new-pods.ts';
import { judgeFailure } from './failure-policy.ts';
import {
  completionIndexKey,
  failureCountAnnotation,
  failuresBefore,
  ignoredFailureCountAnnotation,
  trackingFinalizer,
} from './pod-facts.ts';

const indexVariable = 'JOB_COMPLETION_INDEX';
/** Prefixes of generated names are cut after this; the index must not be. */
const prefixCharsMax = 58;

/** A new pod of the job. `replaced`: the failed one of the same index, whose count of failures goes on. */
export function newPod(
  job: Job,
  index: number | undefined,
  replaced: Pod | undefined,
  random: Random,
  isTaken: (name: string) => boolean,
): Draft<Pod> {
  const generateName = index === undefined ? podNamePrefix(job.metadata.name) : indexedPrefix(job.metadata.name, index);
  const pod = podFromTemplate(job, jobs, job.spec.template, generatedName(generateName, random, isTaken));
  const finalizers = pod.metadata.finalizers ?? [];
  const metadata = {
    ...pod.metadata,
    generateName,
    finalizers: finalizers.includes(trackingFinalizer) ? finalizers : [...finalizers, trackingFinalizer],
  };
  if (index === undefined) return { ...pod, metadata };
  const { spec } = pod;
  return {
    ...pod,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [completionIndexKey]: String(index) },
      annotations: { ...metadata.annotations, [completionIndexKey]: String(index), ...failureCounts(job, replaced) },
    },
    spec: {
      ...spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: spec.containers.map(withIndexVariable),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withIndexVariable) }),
    },
  };
}

function indexedPrefix(name: string, index: number): string {
  const end = `-${index}-`;
  return name.slice(0, prefixCharsMax - end.length) + end;
}

/** Containers learn their index from the pod's label; a variable of the template's own stands. */
function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === indexVariable)) return container;
  const valueFrom = { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${completionIndexKey}']` } };
  return { ...container, env: [...(container.env ?? []), { name: indexVariable, valueFrom }] };
}

/** The annotations that count the failures of an index, where there is a limit to them. */
function failureCounts({ spec }: Job, replaced: Pod | undefined): Record<string, string> {
  if (spec.backoffLimitPerIndex === undefined) return {};
  const { counted, ignored } = replaced ? failuresBefore(replaced) : { counted: 0, ignored: 0 };
  const isIgnored = replaced !== undefined && judgeFailure(spec, replaced).action === 'Ignore';
  const isCounted = replaced !== undefined && !isIgnored;
  const ignoredNow = ignored + (isIgnored ? 1 : 0);
  return {
    [failureCountAnnotation]: String(counted + (isCounted ? 1 : 0)),
    ...(ignoredNow > 0 && { [ignoredFailureCountAnnotation]: String(ignoredNow) }),
  };
}
