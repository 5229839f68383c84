import type { Plugin } from '../framework.ts';

/** Queue sort: the higher priority first, then the older pod, then by name so that the order is the same every time. */
export const prioritySort: Plugin = {
  name: 'PrioritySort',
  compare(a, b) {
    if (a.priority !== b.priority) return b.priority - a.priority;
    const [left, right] = [a.pod.metadata, b.pod.metadata];
    return (
      compareText(left.creationTimestamp, right.creationTimestamp) ||
      compareText(left.namespace ?? '', right.namespace ?? '') ||
      compareText(left.name, right.name)
    );
  },
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
