import type { Reader } from '../../machinery/reader.ts';
import { flowSchemas, type FlowSchema } from '../../resources/flowcontrol/flowschema.ts';
import { mandatoryFlowSchemas, mandatoryPriorityLevels } from '../../resources/flowcontrol/mandatory.ts';
import {
  priorityLevelConfigurations,
  type PriorityLevelConfiguration,
} from '../../resources/flowcontrol/prioritylevelconfiguration.ts';
import type { LevelSettings } from './dispatcher.ts';
import { divideSeats } from './limits.ts';
import { inOrderOfPrecedence } from './match.ts';

/** The objects of flow control, digested. */
export interface Configuration {
  levels: readonly LevelSettings[];
  /** In the order in which they are asked. Those whose level there is. */
  schemas: readonly FlowSchema[];
  /** The uid of a level's object, by its name; none for a mandatory one that is missing. */
  uids: ReadonlyMap<string, string>;
}

/** Reads the configuration. What is mandatory is there even if its object is not. Source: `lockAndDigestConfigObjects`. */
export function readConfiguration(reader: Reader, totalSeats: number): Configuration {
  const levels = withMandatory(reader.list(priorityLevelConfigurations), mandatoryPriorityLevels);
  const schemas = withMandatory(reader.list(flowSchemas), mandatoryFlowSchemas);
  const limits = divideSeats(totalSeats, levels);
  const names = new Set(levels.map(({ metadata }) => metadata.name));
  return {
    levels: levels.map((level) => ({
      name: level.metadata.name,
      exempt: level.spec.type === 'Exempt',
      ...limits.get(level.metadata.name)!,
      ...queuingOf(level),
    })),
    schemas: inOrderOfPrecedence(schemas.filter(({ spec }) => names.has(spec.priorityLevelConfiguration.name))),
    uids: new Map(levels.map(({ metadata }) => [metadata.name, metadata.uid])),
  };
}

type Configured = FlowSchema | PriorityLevelConfiguration;

function withMandatory<T extends Configured>(objects: readonly T[], mandatory: ReadonlyMap<string, T['spec']>): T[] {
  const missing = [...mandatory].filter(([name]) => !objects.some(({ metadata }) => metadata.name === name));
  return [...objects, ...missing.map(([name, spec]) => ({ metadata: { name, uid: '' }, spec }) as T)];
}

function queuingOf({ spec }: PriorityLevelConfiguration): Pick<LevelSettings, 'queuing'> {
  const { queuing } = spec.limited?.limitResponse ?? {};
  if (!queuing) return {};
  const { queues = 64, handSize = 8, queueLengthLimit = 50 } = queuing;
  return { queuing: { queues, handSize, queueLengthLimit } };
}
