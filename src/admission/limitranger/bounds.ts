import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../../machinery/quantity.ts';
import type { LimitRangeItem } from '../../resources/core/limitrange.ts';
import type { PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { aggregateContainers, amountsOf, isPodLevelResource, type Amounts } from '../../resources/shared/pod-resources.ts';
import type { PodSpec } from '../../resources/shared/pod-spec.ts';

/** What a container, a pod or a claim asks for. */
interface Asked {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Which bounds of these LimitRange items a pod breaks, in upstream's words. */
export function boundsOfPod({ spec }: Pod, items: readonly LimitRangeItem[]): string[] {
  return items.flatMap((item) => {
    switch (item.type) {
      case 'Container':
        return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources = {} }) =>
          brokenBounds(item, { requests: amountsOf(resources.requests), limits: amountsOf(resources.limits) }),
        );
      case 'Pod':
        return brokenBounds(item, { requests: ofWholePod(spec, 'requests'), limits: ofWholePod(spec, 'limits') });
      default:
        return [];
    }
  });
}

/** The same for a claim, of which only the requests count. */
export function boundsOfClaim({ spec }: PersistentVolumeClaim, items: readonly LimitRangeItem[]): string[] {
  const requests = amountsOf(spec.resources?.requests);
  return items.flatMap((item) => {
    if (item.type !== 'PersistentVolumeClaim') return [];
    const wrong = [...amountsOf(item.min)].map(([name, min]) => brokenMin(item, name, min, { requests, limits: new Map() }));
    const over = [...amountsOf(item.max)].map(([name, max]) => {
      const request = requests.get(name);
      const bound = `maximum ${name} usage per ${item.type} is ${formatQuantity(max)}`;
      if (!request) return `${bound}.  No request is specified`;
      return isMore(request, max) ? `${bound}, but request is ${formatQuantity(request)}` : undefined;
    });
    return [...wrong, ...over].filter((message) => message !== undefined);
  });
}

/** What all containers ask for together, or what the pod says for itself. Without the overhead of its runtime. */
function ofWholePod(spec: PodSpec, part: 'requests' | 'limits'): Amounts {
  const total = aggregateContainers(spec, part);
  for (const [name, quantity] of amountsOf(spec.resources?.[part])) if (isPodLevelResource(name)) total.set(name, quantity);
  return total;
}

const isMore = (a: Quantity, b: Quantity): boolean => compareQuantities(a, b) > 0;

function brokenBounds(item: LimitRangeItem, asked: Asked): string[] {
  const wrong = [
    ...[...amountsOf(item.min)].map(([name, min]) => brokenMin(item, name, min, asked)),
    ...[...amountsOf(item.max)].map(([name, max]) => brokenMax(item, name, max, asked)),
    ...Object.entries(item.maxLimitRequestRatio ?? {}).map(([name, ratio]) => brokenRatio(item, name, ratio, asked)),
  ];
  return wrong.filter((message) => message !== undefined);
}

function brokenMin({ type }: LimitRangeItem, name: string, min: Quantity, { requests, limits }: Asked): string | undefined {
  const bound = `minimum ${name} usage per ${type} is ${formatQuantity(min)}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!request) return `${bound}.  No request is specified`;
  if (isMore(min, request)) return `${bound}, but request is ${formatQuantity(request)}`;
  if (limit && isMore(min, limit)) return `${bound}, but limit is ${formatQuantity(limit)}`;
  return undefined;
}

function brokenMax({ type }: LimitRangeItem, name: string, max: Quantity, { requests, limits }: Asked): string | undefined {
  const bound = `maximum ${name} usage per ${type} is ${formatQuantity(max)}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!limit) return `${bound}.  No limit is specified`;
  if (isMore(limit, max)) return `${bound}, but limit is ${formatQuantity(limit)}`;
  if (request && isMore(request, max)) return `${bound}, but request is ${formatQuantity(request)}`;
  return undefined;
}

function brokenRatio({ type }: LimitRangeItem, name: string, text: string, { requests, limits }: Asked): string | undefined {
  const ratio = parseQuantity(text);
  const bound = `${name} max limit to request ratio per ${type} is ${formatQuantity(ratio)}`;
  const request = requests.get(name)?.nano ?? 0n;
  const limit = limits.get(name)?.nano ?? 0n;
  if (request === 0n) return `${bound}, but no request is specified or request is 0`;
  if (limit === 0n) return `${bound}, but no limit is specified or limit is 0`;
  if (limit * nanoPerUnit <= ratio.nano * request) return undefined;
  return `${bound}, but provided ratio is ${(Number(limit) / Number(request)).toFixed(6)}`;
}

const nanoPerUnit = 1_000_000_000n;
