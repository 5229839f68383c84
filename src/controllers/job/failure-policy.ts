import type { JobSpec, PodFailurePolicyOnExitCodesRequirement } from '../../resources/batch/job-spec.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { ContainerStatus } from '../../resources/shared/container-status.ts';

/** What the failure of a pod means. */
export interface FailureVerdict {
  action: 'Count' | 'Ignore' | 'FailIndex' | 'FailJob';
  /** Why the job fails, for `FailJob`. */
  message?: string;
}

/** What the rules of the job's podFailurePolicy say of a failed pod: the first that matches, or else that it counts. */
export function judgeFailure({ podFailurePolicy }: JobSpec, pod: Pod): FailureVerdict {
  for (const [i, { action, onExitCodes, onPodConditions = [] }] of (podFailurePolicy?.rules ?? []).entries()) {
    const title = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const rule = `matching ${action} rule at index ${i}`;
    if (onExitCodes) {
      const container = matchingContainer(pod, onExitCodes);
      if (!container) continue;
      const code = container.state!.terminated!.exitCode;
      return verdict(action, `Container ${container.name} for pod ${title} failed with exit code ${code} ${rule}`);
    }
    const condition = pod.status?.conditions?.find(({ type, status }) =>
      onPodConditions.some((pattern) => pattern.type === type && pattern.status === status),
    );
    if (condition) return verdict(action, `Pod ${title} has condition ${condition.type} ${rule}`);
  }
  return { action: 'Count' };
}

const verdict = (action: string, message: string): FailureVerdict =>
  action === 'FailJob' ? { action, message } : { action: action as FailureVerdict['action'] };

/** The first container, or else init container, that failed with one of the exit codes. 0 never matches. */
function matchingContainer({ status }: Pod, requirement: PodFailurePolicyOnExitCodesRequirement): ContainerStatus | undefined {
  const { containerName, operator, values } = requirement;
  return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
    return operator === 'In' ? values.includes(code) : operator === 'NotIn' && !values.includes(code);
  });
}
