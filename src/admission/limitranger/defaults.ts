import type { LimitRangeItem } from '../../resources/core/limitrange.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { defaultPodLevelResources } from '../../resources/core/pod-defaults.ts';
import type { Container } from '../../resources/shared/container.ts';

const annotation = 'kubernetes.io/limit-ranger';

/** Gives containers the requests and limits that they leave out, and writes down on the pod which. */
export function fillInResources(pod: Pod, items: readonly LimitRangeItem[]): void {
  const ofContainers = items.filter(({ type }) => type === 'Container');
  const limits: Record<string, string> = Object.assign({}, ...ofContainers.map((item) => item.default));
  const requests: Record<string, string> = Object.assign({}, ...ofContainers.map((item) => item.defaultRequest));
  const notes = [
    ...pod.spec.containers.flatMap((container) => fillIn(container, 'container', requests, limits)),
    ...(pod.spec.initContainers ?? []).flatMap((container) => fillIn(container, 'init container', requests, limits)),
  ];
  if (notes.length === 0) return;
  // Upstream defaults again what it stores, so that the pod as a whole asks for what its containers were given.
  defaultPodLevelResources(pod.spec);
  pod.metadata.annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${notes.join('; ')}` };
}

type Amounts = Readonly<Record<string, string>>;

function fillIn(container: Container, what: string, requests: Amounts, limits: Amounts): string[] {
  const resources = (container.resources ??= {});
  const note = (part: 'requests' | 'limits', defaults: Amounts, word: string): string[] => {
    const missing = Object.keys(defaults).filter((name) => resources[part]?.[name] === undefined);
    if (missing.length === 0) return [];
    resources[part] = { ...resources[part], ...Object.fromEntries(missing.map((name) => [name, defaults[name]!])) };
    return [`${missing.sort().join(', ')} ${word} for ${what} ${container.name}`];
  };
  return [...note('requests', requests, 'request'), ...note('limits', limits, 'limit')];
}
