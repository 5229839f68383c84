import type { Taint } from '../core/node.ts';
import type { Toleration } from './affinity.ts';

/**
 * Whether one of the tolerations covers the taint: an empty effect covers every effect, an empty key every key, and the
 * operator `Exists` every value. `Lt` and `Gt` cover nothing: in 1.36 their feature gate is off by default.
 */
export const toleratesTaint = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  (tolerations ?? []).some((toleration) => {
    if (toleration.effect && toleration.effect !== taint.effect) return false;
    if (toleration.key && toleration.key !== taint.key) return false;
    switch (toleration.operator ?? 'Equal') {
      case '':
      case 'Equal':
        return (toleration.value ?? '') === (taint.value ?? '');
      case 'Exists':
        return true;
      default:
        return false;
    }
  });
