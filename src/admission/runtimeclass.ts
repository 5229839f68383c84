import type { Reader } from '../machinery/reader.ts';
import { runtimeClasses, type RuntimeClass } from '../resources/node/runtimeclass.ts';
import type { Pod } from '../resources/core/pod.ts';
import type { Toleration } from '../resources/shared/affinity.ts';
import { sameValue } from '../resources/shared/same-value.ts';
import { compareQuantities, parseQuantity } from '../machinery/quantity.ts';
import { refuse, type AdmissionPlugin, type Attributes, type WriteAttributes } from './plugin.ts';

/** Gives a pod what its RuntimeClass says: the overhead of the runtime, and which nodes have it. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  operations: ['CREATE'],
  resources: ['pods'],
  admit(attributes: WriteAttributes<Pod>, { pending }) {
    const found = classOf(attributes, pending);
    if (!found) return;
    setOverhead(attributes, found);
    setScheduling(attributes, found);
  },
  validate(attributes: WriteAttributes<Pod>, { pending }) {
    const { overhead } = attributes.object.spec;
    const defined = classOf(attributes, pending)?.overhead;
    if (defined && !sameAmounts(defined.podFixed, overhead)) throw overheadDiffers(attributes);
    if (!defined && overhead) throw refuse(attributes, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  },
};

function classOf(attributes: WriteAttributes<Pod>, reader: Reader): RuntimeClass | undefined {
  const name = attributes.object.spec.runtimeClassName;
  if (name === undefined) return undefined;
  const found = reader.get(runtimeClasses, '', name);
  if (!found) throw refuse(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  return found;
}

const overheadDiffers = (attributes: Attributes) =>
  refuse(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");

function setOverhead(attributes: WriteAttributes<Pod>, { overhead }: RuntimeClass): void {
  const { spec } = attributes.object;
  if (!overhead) return;
  const own = spec.overhead ?? {};
  if (Object.keys(own).length > 0 && !sameAmounts(overhead.podFixed, own)) throw overheadDiffers(attributes);
  if (overhead.podFixed) spec.overhead = { ...overhead.podFixed };
  else delete spec.overhead;
}

function sameAmounts(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] !== undefined && compareQuantities(parseQuantity(a[name]!), parseQuantity(b[name])) === 0)
  );
}

function setScheduling(attributes: WriteAttributes<Pod>, { scheduling }: RuntimeClass): void {
  if (!scheduling) return;
  const { spec } = attributes.object;
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value)
      throw refuse(
        attributes,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
    spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
  }
  const tolerations = mergeTolerations([...(spec.tolerations ?? []), ...(scheduling.tolerations ?? [])]);
  if (tolerations.length > 0) spec.tolerations = tolerations;
}

/** The tolerations without those that another one includes; of two that are the same, the first stays. */
export function mergeTolerations(all: readonly Toleration[]): Toleration[] {
  const merged: Toleration[] = [];
  for (const [i, toleration] of all.entries()) {
    const isIncluded = (other: Toleration) => !sameValue(toleration, other) && includes(other, toleration);
    if (!merged.some((other) => includes(other, toleration)) && !all.slice(i + 1).some(isIncluded)) merged.push({ ...toleration });
  }
  return merged;
}

/** Whether `wide` tolerates everything that `narrow` does. */
function includes(wide: Toleration, narrow: Toleration): boolean {
  if (sameValue(wide, narrow)) return true;
  const anyKey = !wide.key && wide.operator === 'Exists';
  if ((wide.key ?? '') !== (narrow.key ?? '') && !anyKey) return false;
  if (wide.effect && wide.effect !== narrow.effect) return false;
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined)
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false;
  if (wide.operator === 'Exists') return true;
  if (wide.operator && wide.operator !== 'Equal') return false;
  return narrow.operator === 'Equal' && (narrow.value ?? '') === (wide.value ?? '');
}
