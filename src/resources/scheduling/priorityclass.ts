import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, field, int32, oneOf, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateChoice } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';

const PriorityClassSchema = kindSchema('io.k8s.api.scheduling.v1.PriorityClass', {
  description: field(string, { doc: 'When to use the class, for people.' }),
  globalDefault: field(boolean, { doc: 'Whether pods that name no class get this one.' }),
  preemptionPolicy: field(oneOf('Never', 'PreemptLowerPriority'), {
    doc: 'Whether a pod may drive out others of lower priority: PreemptLowerPriority (the default) or Never.',
  }),
  value: field(int32, { doc: 'The priority of the pods; higher is more important. Cannot be changed.' }),
});
export type PriorityClass = TypeOf<typeof PriorityClassSchema>;

export const priorityClasses = defineResource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  description: 'A name for a priority of pods: who is scheduled first, and who makes room for whom.',
  schema: PriorityClassSchema,
  strategy: {
    defaults,
    // It counts nothing: upstream sets it once.
    prepareForCreate: ({ metadata }) => void (metadata.generation = 1),
    validateCreate,
    validateUpdate,
  },
  columns: [
    nameColumn,
    { name: 'Value', type: 'integer', description: 'The priority.', cell: ({ value }) => value ?? 0 },
    {
      name: 'Global-Default',
      type: 'boolean',
      description: 'Whether pods that name no class get this one.',
      cell: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
    {
      name: 'PreemptionPolicy',
      type: 'string',
      description: 'Whether a pod may drive out others.',
      cell: ({ preemptionPolicy }) => preemptionPolicy ?? '',
    },
  ],
});

function defaults(priorityClass: PriorityClass): void {
  priorityClass.value ??= 0;
  priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
}

const systemPrefix = 'system-';
/** Higher ones are the system's. */
const userValueMax = 1_000_000_000;
/** The classes of the system. None of them is the default. */
const systemValues: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/** Only of new ones: what this looks at cannot change, but for `globalDefault`. */
function validateCreate(priorityClass: PriorityClass): FieldError[] {
  const { metadata, value = 0, preemptionPolicy } = priorityClass;
  const errors: FieldError[] = [];
  if (metadata.name.startsWith(systemPrefix)) {
    const wrong = unlikeSystem(priorityClass);
    const reserved = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${wrong}`;
    if (wrong) errors.push(fieldForbidden('metadata.name', reserved));
  } else if (value > userValueMax)
    errors.push(fieldForbidden('value', `maximum allowed value of a user defined priority is ${userValueMax}`));
  return [...errors, ...validateChoice(preemptionPolicy, 'preemptionPolicy', ['PreemptLowerPriority', 'Never'])];
}

/** Whether it is one of the classes that are always there. */
export const isSystemPriorityClass = (name: string): boolean => Object.hasOwn(systemValues, name);

/** In what a class with a name of the system's differs from the one that there is. */
function unlikeSystem({ metadata: { name }, value, globalDefault }: PriorityClass): string | undefined {
  const known = systemValues[name];
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function validateUpdate(priorityClass: PriorityClass, old: PriorityClass): FieldError[] {
  return [
    ...(priorityClass.value === old.value ? [] : [fieldForbidden('value', 'may not be changed in an update.')]),
    ...validateImmutable(priorityClass.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy'),
  ];
}
