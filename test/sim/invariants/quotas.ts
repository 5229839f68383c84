import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  zeroQuantity,
  type Quantity,
} from '../../../src/machinery/quantity.ts';
import { isPodActive } from '../../../src/controllers/support/pods.ts';
import { jobs } from '../../../src/resources/batch/job.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { resourceQuotas, type ResourceQuota } from '../../../src/resources/core/resourcequota.ts';
import { services } from '../../../src/resources/core/service.ts';
import type { SimState } from '../state.ts';
import { titleOf, type Invariant } from './invariant.ts';

/** How much of what quotas count there is in a namespace, counted one by one. */
const usages: Readonly<Record<string, (state: SimState, namespace: string) => Quantity>> = {
  pods: (state, namespace) => parseQuantity(livingPods(state, namespace).length),
  'requests.cpu': (state, namespace) =>
    livingPods(state, namespace)
      .flatMap(({ spec }) => spec.containers.map(({ resources }) => parseQuantity(resources?.requests?.['cpu'] ?? '0')))
      .reduce(addQuantities, zeroQuantity),
  services: (state, namespace) => parseQuantity(state.list(services, namespace).length),
  'services.nodeports': (state, namespace) =>
    parseQuantity(
      state
        .list(services, namespace)
        .map(({ spec }) =>
          spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
            ? (spec.ports?.length ?? 0)
            : 0,
        )
        .reduce((a, b) => a + b, 0),
    ),
  persistentvolumeclaims: (state, namespace) => parseQuantity(state.list(persistentVolumeClaims, namespace).length),
  'count/jobs.batch': (state, namespace) => parseQuantity(state.list(jobs, namespace).length),
};

const isChanged = ({ metadata, spec }: ResourceQuota, after: SimState): boolean =>
  JSON.stringify(after.get(resourceQuotas, metadata.namespace!, metadata.name)?.spec) !== JSON.stringify(spec);

/** Pods that are being deleted count until their time is over; here they do not, since at rest there are none. */
const livingPods = (state: SimState, namespace: string) => state.list(pods, namespace).filter(isPodActive);

/** Nothing is admitted past a quota that is in force, and at rest quotas say what there is. */
export const quotas: Invariant = {
  commit({ before, after, changes }) {
    const namespaces = new Set(
      changes.flatMap(({ type, written }) =>
        type === 'ADDED' && written.metadata.namespace ? [written.metadata.namespace] : [],
      ),
    );
    return [...namespaces].flatMap((namespace) =>
      before.list(resourceQuotas, namespace).flatMap((quota) =>
        // A bound that changes in this very commit may be the old or the new one.
        Object.entries(isChanged(quota, after) ? {} : (quota.spec?.hard ?? {})).flatMap(([name, hard]) => {
          const usage = usages[name];
          const [was, is] = usage ? [usage(before, namespace), usage(after, namespace)] : [zeroQuantity, zeroQuantity];
          const isPast = compareQuantities(is, was) > 0 && compareQuantities(is, parseQuantity(hard)) > 0;
          return isPast ? [`${titleOf(quota)} allows ${hard} of ${name}, and ${formatQuantity(is)} were admitted`] : [];
        }),
      ),
    );
  },
  rest: (state) =>
    state.list(resourceQuotas).flatMap((quota) =>
      Object.entries(quota.spec?.hard ?? {}).flatMap(([name, hard]) => {
        const there = usages[name]?.(state, quota.metadata.namespace!);
        const used = quota.status?.used?.[name];
        const problems =
          quota.status?.hard?.[name] === hard ? [] : [`at rest, ${titleOf(quota)} does not say its bound of ${name}`];
        if (there && (used === undefined || compareQuantities(parseQuantity(used), there) !== 0))
          problems.push(`at rest, ${titleOf(quota)} says ${used} of ${name} are used, there are ${formatQuantity(there)}`);
        return problems;
      }),
    ),
};
