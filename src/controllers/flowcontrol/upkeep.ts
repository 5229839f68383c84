/** What a cluster's objects of flow control are to be. Source: `pkg/registry/flowcontrol/ensurer`. */
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { Write } from '../../machinery/reconcile.ts';
import { flowSchemas, type FlowSchema } from '../../resources/flowcontrol/flowschema.ts';
import { mandatoryFlowSchemas, mandatoryPriorityLevels } from '../../resources/flowcontrol/mandatory.ts';
import {
  priorityLevelConfigurations,
  type PriorityLevelConfiguration,
} from '../../resources/flowcontrol/prioritylevelconfiguration.ts';
import { suggestedFlowSchemas, suggestedPriorityLevels } from '../../resources/flowcontrol/suggested.ts';

/** Says on an object whether its spec follows what the server suggests. */
const autoUpdateAnnotation = 'apf.kubernetes.io/autoupdate-spec';

type Configured = FlowSchema | PriorityLevelConfiguration;
type Kind = typeof flowSchemas | typeof priorityLevelConfigurations;

const mandatory = new Map<Kind, ReadonlyMap<string, Configured['spec']>>([
  [priorityLevelConfigurations, mandatoryPriorityLevels],
  [flowSchemas, mandatoryFlowSchemas],
]);
const suggested = new Map<Kind, ReadonlyMap<string, Configured['spec']>>([
  [priorityLevelConfigurations, suggestedPriorityLevels],
  [flowSchemas, suggestedFlowSchemas],
]);

/** The objects that are missing, and those that are not as they are to be. Levels first: the others name them. */
export function flowControlWrites(reader: Reader): Write[] {
  return [priorityLevelConfigurations, flowSchemas].flatMap((kind) =>
    [...mandatory.get(kind)!.keys(), ...suggested.get(kind)!.keys()].flatMap((name) => upkeepOf(reader, kind, name) ?? []),
  );
}

/**
 * What is to be done about one object. What is missing is made. Mandatory ones are as they are; of the suggested ones those
 * that nobody has changed, or whose annotation says so, follow the suggestion. One that follows it and is suggested no
 * longer goes.
 */
export function upkeepOf(reader: Reader, kind: Kind, name: string): Write | undefined {
  const isMandatory = mandatory.get(kind)!.has(name);
  const spec = mandatory.get(kind)!.get(name) ?? suggested.get(kind)!.get(name);
  const current: Configured | undefined =
    kind === flowSchemas ? reader.get(flowSchemas, '', name) : reader.get(priorityLevelConfigurations, '', name);
  if (!spec) return current && removalOf(kind, current);
  if (!current) return { verb: 'create', resource: kind, object: objectOf(kind, name, spec) };
  const follows = isMandatory || followsSuggestion(current);
  const wanted = follows && !samePlain(expectedSpec(spec, current), current.spec) ? spec : current.spec;
  if (wanted === current.spec && saysFollows(current) === follows) return undefined;
  const annotations = { ...current.metadata.annotations, [autoUpdateAnnotation]: String(follows) };
  const object = { ...current, metadata: { ...current.metadata, annotations }, spec: wanted } as Configured;
  return { verb: 'update', resource: kind, object };
}

const objectOf = ({ apiVersion, kind }: Kind, name: string, spec: Configured['spec']): Draft<KubeObject> =>
  ({ apiVersion, kind, metadata: { name, annotations: { [autoUpdateAnnotation]: 'true' } }, spec }) as Draft<KubeObject>;

/** Of the level `exempt`, admins may choose the shares. */
function expectedSpec(spec: Configured['spec'], current: Configured): Configured['spec'] {
  return current.metadata.name === 'exempt' && 'exempt' in spec && 'exempt' in current.spec && current.spec.exempt
    ? { ...spec, exempt: current.spec.exempt }
    : spec;
}

/** What the annotation says, if anything. */
function saysFollows({ metadata }: Configured): boolean | undefined {
  const value = metadata.annotations?.[autoUpdateAnnotation] ?? '';
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true;
  return /^(0|f|F|false|FALSE|False)$/.test(value) ? false : undefined;
}

/** Without a word about it, an object follows as long as its spec has never been changed. */
const followsSuggestion = (current: Configured): boolean => saysFollows(current) ?? current.metadata.generation === 1;

function removalOf(resource: Kind, current: Configured): Write | undefined {
  const { name, uid } = current.metadata;
  return saysFollows(current) ? { verb: 'delete', resource, namespace: '', name, uid } : undefined;
}
