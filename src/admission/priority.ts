import type { Reader } from '../machinery/reader.ts';
import type { Pod } from '../resources/core/pod.ts';
import { isSystemPriorityClass, priorityClasses, type PriorityClass } from '../resources/scheduling/priorityclass.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type Attributes, type WriteAttributes } from './plugin.ts';

/**
 * Works out the priority of a pod from its PriorityClass, and sees to it that one class at most is the default
 * and that the system's stay. Upstream has the latter in its registry, where it does not hold for deletions of collections.
 */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: ['pods', priorityClasses.resource],
  admit(attributes, { pending }) {
    if (attributes.resource.resource !== 'pods' || attributes.operation === 'DELETE') return;
    const { object, oldObject, operation } = attributes as WriteAttributes<Pod>;
    if (operation === 'CREATE') resolvePriority(attributes, object, pending);
    else if (oldObject) keepPriority(object, oldObject);
  },
  validate(attributes, context) {
    if (attributes.resource.resource !== priorityClasses.resource) return;
    if (attributes.operation !== 'DELETE') checkDefault(attributes as WriteAttributes<PriorityClass>, context);
    else if (isSystemPriorityClass(attributes.name))
      throw refuse(attributes, 'this is a system priority class and cannot be deleted');
  },
};

function resolvePriority(attributes: Attributes, { spec }: Pod, reader: Reader): void {
  const found = classOf(attributes, spec.priorityClassName, reader);
  const value = found.value ?? 0;
  const { preemptionPolicy } = found;
  if (found.name) spec.priorityClassName = found.name;
  if (spec.priority !== undefined && spec.priority !== value)
    throw refuse(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  spec.priority = value;
  if (!preemptionPolicy) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy)
    throw refuse(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  spec.preemptionPolicy = preemptionPolicy;
}

interface Resolved {
  name?: string;
  value?: number;
  preemptionPolicy?: string;
}

function classOf(attributes: Attributes, name: string | undefined, reader: Reader): Resolved {
  const found = name ? reader.get(priorityClasses, '', name) : defaultClass(reader);
  if (found) return { name: found.metadata.name, value: found.value, preemptionPolicy: found.preemptionPolicy };
  if (name) throw refuse(attributes, `no PriorityClass with name ${name} was found`);
  return { value: 0, preemptionPolicy: 'PreemptLowerPriority' };
}

/** Should there be several after all, the lowest. */
function defaultClass(reader: Reader): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const each of reader.list(priorityClasses))
    if (each.globalDefault && (!found || (found.value ?? 0) > (each.value ?? 0))) found = each;
  return found;
}

/** Who updates a pod from an old template leaves these out; they cannot change. */
function keepPriority({ spec }: Pod, { spec: old }: Pod): void {
  if (old.priority !== undefined) spec.priority ??= old.priority;
  if (old.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy;
}

function checkDefault(attributes: WriteAttributes<PriorityClass>, { pending }: AdmissionContext): void {
  const { object, operation } = attributes;
  if (!object.globalDefault) return;
  const other = defaultClass(pending);
  if (other && (operation === 'CREATE' || other.metadata.name !== object.metadata.name))
    throw refuse(attributes, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
}
