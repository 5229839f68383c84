/** What pods take of quotas (quota/v1/evaluator/core/pods.go upstream). */
import type { Pod } from '../core/pod.ts';
import type { PodAffinityTerm } from '../shared/affinity.ts';
import {
  aggregateContainers,
  amountsOf,
  isPodLevelResource,
  podRequests,
  qosClass,
  type Amounts,
} from '../shared/pod-resources.ts';
import { isExtended, isNative } from '../shared/resources-validation.ts';
import type { PodSpec } from '../shared/pod-spec.ts';
import { addAmounts, count, countName, selectsName, type Evaluator } from './evaluator.ts';

const computeResources = ['cpu', 'memory', 'ephemeral-storage'];
const podNames: ReadonlySet<string> = new Set([
  'pods',
  countName('pods'),
  ...computeResources.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);
/** For these alone, a quota asks every container to say what it wants. */
const mustBeSaid: ReadonlySet<string> = new Set(
  ['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
);
const requestsPrefix = 'requests.';
const deviceClassPrefix = 'deviceclass.resource.kubernetes.io/';
const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
/** Devices, by the name that their class gives them or by that of the class. */
const isDevice = (name: string): boolean => isExtended(name) || name.startsWith(deviceClassPrefix);

/** Names of quotas for devices and the like: `requests.example.com/gpu`. Those of device classes are Kubernetes' own. */
function isExtendedInQuota(name: string): boolean {
  if (!name.startsWith(requestsPrefix)) return false;
  return !isNative(name) || name.startsWith(requestsPrefix + deviceClassPrefix);
}

export const podEvaluator: Evaluator<Pod> = {
  counts: (name) =>
    podNames.has(name) || isHugePages(name) || name.startsWith(`${requestsPrefix}hugepages-`) || isExtendedInQuota(name),
  usage: podUsage,
  isInScope(pod, scope) {
    switch (scope.scopeName) {
      case 'Terminating':
        return isShortLived(pod);
      case 'NotTerminating':
        return !isShortLived(pod);
      case 'BestEffort':
        return qosClass(pod.spec) === 'BestEffort';
      case 'NotBestEffort':
        return qosClass(pod.spec) !== 'BestEffort';
      case 'PriorityClass':
        return selectsName(scope, pod.spec.priorityClassName ? [pod.spec.priorityClassName] : []);
      case 'CrossNamespacePodAffinity':
        return looksIntoOtherNamespaces(pod.spec);
      default:
        return false;
    }
  },
  missing({ spec }, names) {
    const { requests = {}, limits = {} } = spec.resources ?? {};
    // Who says it for the whole pod need not say it for each container.
    if ([...Object.keys(requests), ...Object.keys(limits)].some(isPodLevelResource)) return undefined;
    const required = names.filter((name) => mustBeSaid.has(name)).sort();
    const containers = [...spec.containers, ...(spec.initContainers ?? [])];
    const parts = required.flatMap((name) => {
      const [part, resource] = name.startsWith('limits.')
        ? (['limits', name.slice('limits.'.length)] as const)
        : (['requests', name.startsWith(requestsPrefix) ? name.slice(requestsPrefix.length) : name] as const);
      const silent = containers.filter(({ resources }) => resources?.[part]?.[resource] === undefined);
      return silent.length > 0 ? [`${name} for: ${[...new Set(silent.map((each) => each.name))].sort().join(',')}`] : [];
    });
    return parts.length > 0 ? `must specify ${parts.join('; ')}` : undefined;
  },
  chargesUpdate: (subresource, pod, old) =>
    subresource === 'resize' || (subresource === '' && isShortLived(pod) !== isShortLived(old)),
};

/** In the sense of quota scopes: a pod that is not meant to run for good. */
const isShortLived = ({ spec }: Pod): boolean => spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0;

/** When a pod that is being deleted stops counting although it is still there, in milliseconds since the epoch. */
export function abandonedAt({ metadata }: Pod): number | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return undefined;
  return Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** A pod that has ended, or whose kubelet does not end it, is there and no more. */
function podUsage(pod: Pod, now: Date): Amounts {
  const phase = pod.status?.phase;
  const until = abandonedAt(pod);
  const runs = phase !== 'Failed' && phase !== 'Succeeded' && (until === undefined || now.getTime() <= until);
  const usage: Amounts = new Map([[countName('pods'), count(1)]]);
  if (!runs) return usage;
  usage.set('pods', count(1));
  for (const [name, quantity] of podRequests(pod.spec)) {
    if (computeResources.includes(name) || isHugePages(name)) usage.set(name, quantity);
    if (computeResources.includes(name) || isHugePages(name) || isDevice(name)) usage.set(requestsPrefix + name, quantity);
  }
  for (const [name, quantity] of podLimits(pod.spec)) if (computeResources.includes(name)) usage.set(`limits.${name}`, quantity);
  return usage;
}

/** The limits of all containers, or what the pod says for itself; the overhead counts where there is a limit at all. */
function podLimits(spec: PodSpec): Amounts {
  const total = aggregateContainers(spec, 'limits');
  for (const [name, quantity] of amountsOf(spec.resources?.limits)) if (isPodLevelResource(name)) total.set(name, quantity);
  addAmounts(total, new Map([...amountsOf(spec.overhead)].filter(([name]) => (total.get(name)?.nano ?? 0n) !== 0n)));
  return total;
}

function looksIntoOtherNamespaces({ affinity }: PodSpec): boolean {
  const terms: PodAffinityTerm[] = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((part) => [
    ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some(({ namespaces, namespaceSelector }) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined);
}
