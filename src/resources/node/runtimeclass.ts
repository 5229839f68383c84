import { kindSchema } from '../../machinery/meta.ts';
import { validateLabels } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, list, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { TolerationSchema, type Toleration } from '../shared/affinity.ts';
import { deprecatedNodeLabel } from '../shared/deprecated-labels.ts';
import { validateLabel } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { validateContainerResources } from '../shared/resources-validation.ts';
import { validateTolerations } from '../shared/scheduling-validation.ts';

export const OverheadSchema = object('io.k8s.api.node.v1.Overhead', {
  podFixed: field(map(quantity), { doc: 'What each pod takes, besides its containers.' }),
});

export const SchedulingSchema = object('io.k8s.api.node.v1.Scheduling', {
  nodeSelector: field(map(string, { atomic: true }), { doc: 'Labels of the nodes that have the runtime.' }),
  tolerations: field(list(TolerationSchema), { doc: 'Taints of the nodes that the pods put up with.' }),
});

const RuntimeClassSchema = kindSchema('io.k8s.api.node.v1.RuntimeClass', {
  handler: required(string, { doc: 'The name by which nodes know the runtime. Cannot be changed.' }),
  overhead: field(OverheadSchema, { doc: 'What the runtime takes of the resources of a node for each pod.' }),
  scheduling: field(SchedulingSchema, { doc: 'Keeps the pods to nodes that have the runtime.' }),
});
export type RuntimeClass = TypeOf<typeof RuntimeClassSchema>;

export const runtimeClasses = defineResource<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  namespaced: false,
  description: 'A container runtime that pods may ask for by name.',
  schema: RuntimeClassSchema,
  strategy: {
    plainFinalizers: true,
    validate,
    validateUpdate: (o, old) => validateImmutable(o.handler, old.handler, 'handler'),
    warnings,
    createsOnUpdate: true,
    requiresResourceVersion: true,
  },
  columns: [
    nameColumn,
    { name: 'Handler', type: 'string', description: 'The name by which nodes know the runtime.', cell: (o) => o.handler },
    ageColumn,
  ],
});

function validate({ handler, overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors = handler ? validateLabel(handler, 'handler') : [fieldRequired('handler')];
  if (overhead) errors.push(...validateContainerResources({ limits: overhead.podFixed }, new Set(), 'overhead'));
  if (!scheduling) return errors;
  const { nodeSelector, tolerations = [] } = scheduling;
  return [
    ...errors,
    ...validateLabels(nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(tolerations, 'scheduling.tolerations'),
    ...validateUnique(tolerations, 'scheduling.tolerations'),
  ];
}

/** No two tolerations of the same taints. */
function validateUnique(tolerations: readonly Toleration[], path: string): FieldError[] {
  const seen = new Set<string>();
  return tolerations.flatMap((toleration, i) => {
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const identity = JSON.stringify([key, operator, value, effect]);
    const errors = seen.has(identity) ? [fieldDuplicate(`${path}[${i}]`, toleration)] : [];
    seen.add(identity);
    return errors;
  });
}

function warnings({ scheduling }: RuntimeClass): string[] {
  return Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
    const message = deprecatedNodeLabel(key);
    return message ? [`scheduling.nodeSelector: ${message}`] : [];
  });
}
