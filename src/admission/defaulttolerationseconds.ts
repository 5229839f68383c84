import type { Pod } from '../resources/core/pod.ts';
import type { AdmissionPlugin, WriteAttributes } from './plugin.ts';

const tolerationSeconds = 300;

/** How long a pod stays on a node that is gone, unless it says so itself: five minutes. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  admit({ object: { spec } }: WriteAttributes<Pod>) {
    const present = spec.tolerations ?? [];
    const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
      .filter((key) => !present.some((t) => (!t.key || t.key === key) && (!t.effect || t.effect === 'NoExecute')))
      .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }));
    if (added.length > 0) spec.tolerations = [...present, ...added];
  },
};
