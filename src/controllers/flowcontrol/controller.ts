import { rfc3339 } from '../../lib/clock.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Controller, type Plan, type Write } from '../../machinery/reconcile.ts';
import { flowSchemas, type FlowSchema } from '../../resources/flowcontrol/flowschema.ts';
import {
  priorityLevelConfigurations,
  type PriorityLevelConfiguration,
} from '../../resources/flowcontrol/prioritylevelconfiguration.ts';
import { upkeepOf } from './upkeep.ts';

const schemaKey = (name: string) => `${flowSchemas.kind}/${name}`;

/**
 * Keeps the objects of API priority and fairness that a cluster has by itself as they are to be, and says of FlowSchemas
 * whether their priority level is there. Its keys are `KIND/NAME`.
 */
export const flowControlController: Controller = {
  name: 'flowcontrol',
  component: 'api-priority-and-fairness-config-controller',
  triggers: [
    { resource: flowSchemas, keys: ({ metadata }: FlowSchema) => [schemaKey(metadata.name)] },
    {
      resource: priorityLevelConfigurations,
      concerns: (level: PriorityLevelConfiguration, previous: PriorityLevelConfiguration) =>
        level.spec !== previous.spec || level.metadata.annotations !== previous.metadata.annotations,
      keys: ({ metadata: { name } }: PriorityLevelConfiguration, snapshot) => [
        `${priorityLevelConfigurations.kind}/${name}`,
        ...schemasOf(name, snapshot).map((schema) => schemaKey(schema.metadata.name)),
      ],
    },
  ],
  reconcile(key, snapshot, { now }): Plan {
    const [kind, name = ''] = key.split('/');
    const resource = kind === flowSchemas.kind ? flowSchemas : priorityLevelConfigurations;
    const upkeep = upkeepOf(snapshot, resource, name);
    if (upkeep) return { ...emptyPlan(), writes: [upkeep] };
    const schema = resource === flowSchemas ? snapshot.get(flowSchemas, '', name) : undefined;
    const status = schema && statusOf(schema, snapshot, now);
    return status ? { ...emptyPlan(), writes: [status] } : emptyPlan();
  },
};

/** There are few FlowSchemas, and levels seldom change. */
const schemasOf = (level: string, snapshot: Snapshot) =>
  snapshot.list(flowSchemas).filter(({ spec }) => spec.priorityLevelConfiguration.name === level);

/** Words: `presyncFlowSchemaStatus`. */
function statusOf(schema: FlowSchema, snapshot: Snapshot, now: Date): Write | undefined {
  const { name } = schema.spec.priorityLevelConfiguration;
  const isThere = snapshot.get(priorityLevelConfigurations, '', name) !== undefined;
  const references = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(name)}`;
  const conditions = schema.status?.conditions ?? [];
  const current = conditions.find(({ type }) => type === 'Dangling');
  const message = isThere ? `${references} and it exists` : `${references} but there is no such object`;
  if (current?.message === message && current.status === (isThere ? 'False' : 'True')) return undefined;
  const condition = {
    type: 'Dangling',
    status: isThere ? 'False' : 'True',
    reason: isThere ? 'Found' : 'NotFound',
    message,
    lastTransitionTime: rfc3339(now),
  };
  return {
    verb: 'update',
    resource: flowSchemas,
    object: {
      ...schema,
      status: { ...schema.status, conditions: [...conditions.filter((each) => each !== current), condition] },
    } as FlowSchema,
    subresource: 'status',
  };
}
