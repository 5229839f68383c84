import type { Plugin } from '../framework.ts';

/** Pre-enqueue: gates hold a pod back until all of them are taken away. */
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  events: [],
  preEnqueue({ spec }) {
    const gates = (spec.schedulingGates ?? []).map(({ name }) => name);
    return gates.length > 0 ? `waiting for scheduling gates: [${gates.join(' ')}]` : undefined;
  },
};
