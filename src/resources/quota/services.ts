/** What Services take of quotas (quota/v1/evaluator/core/services.go upstream). */
import type { Service } from '../core/service.ts';
import { count, countName, type Evaluator } from './evaluator.ts';

const names: ReadonlySet<string> = new Set([countName('services'), 'services', 'services.nodeports', 'services.loadbalancers']);

export const serviceEvaluator: Evaluator<Service> = {
  counts: (name) => names.has(name),
  usage: (service) =>
    new Map([
      [countName('services'), count(1)],
      ['services', count(1)],
      ['services.nodeports', count(nodePorts(service))],
      ['services.loadbalancers', count(service.spec.type === 'LoadBalancer' ? 1 : 0)],
    ]),
  isInScope: () => false,
  chargesUpdate: (subresource) => subresource === '',
};

/** As many as the Service means to have: they may not be given out yet. */
function nodePorts({ spec: { type, ports = [], allocateLoadBalancerNodePorts } }: Service): number {
  if (type === 'NodePort') return ports.length;
  if (type !== 'LoadBalancer') return 0;
  return allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort).length : ports.length;
}
