import type { KubeObject } from '../../machinery/meta.ts';
import type { ObjectChange } from '../../machinery/reader.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { nodes } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { AnyEvent, Plugin } from '../framework.ts';
import type { ProfileTable } from '../profile.ts';
import { takesRoom } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';

type Action = AnyEvent['on'][number];

/** What may make pods schedulable, by the plugin that turned them down. */
export interface EventTable {
  /** Every kind that somebody wants to hear of; pods and nodes always. */
  readonly resources: readonly AnyResource[];
  /** By the name of the plugin. */
  readonly byPlugin: ReadonlyMap<string, readonly AnyEvent[]>;
}

/** For plugins that do not say: upstream takes any change for worth a look, too. */
const anything: readonly AnyEvent[] = [pods, nodes].map((resource) => ({ resource, on: ['add', 'update', 'delete'] }));

export function eventTable({ profiles }: ProfileTable): EventTable {
  const byPlugin = new Map<string, readonly AnyEvent[]>();
  const resources = new Map<string, AnyResource>([pods, nodes].map((resource) => [resource.resource, resource]));
  const plugins: Plugin[] = [...profiles.values()].flatMap((profile) => profile.plugins.map(({ plugin }) => plugin));
  for (const { name, events } of plugins) {
    // Plugins of one name differ in their arguments only.
    byPlugin.set(name, events ?? anything);
    for (const { resource } of events ?? []) resources.set(resource.resource, resource);
  }
  return { resources: [...resources.values()], byPlugin };
}

/** Whether a change may have made a pod schedulable, as one of the plugins that turned it down sees it. */
export function isWorthALook(
  { byPlugin }: EventTable,
  change: ObjectChange,
  { info, rejectors }: { info: PodInfo; rejectors: ReadonlySet<string> },
): boolean {
  const { action, before, after } = change.resource === pods.resource ? placementOf(change) : { ...change, action: actionOf(change) };
  if (!action) return false;
  for (const name of rejectors)
    for (const event of byPlugin.get(name) ?? [])
      if (event.resource.resource === change.resource && event.on.includes(action) && (event.hint?.(info, before, after) ?? true))
        return true;
  return false;
}

const actionOf = ({ before, after }: ObjectChange): Action => (before === undefined ? 'add' : after === undefined ? 'delete' : 'update');

/** What the change of a pod means for the others: pods are there from when they are placed to when they end. */
function placementOf({ before, after }: ObjectChange): { action?: Action; before?: KubeObject; after?: KubeObject } {
  const wasThere = before !== undefined && takesRoom(before as Pod);
  const isThere = after !== undefined && takesRoom(after as Pod);
  if (wasThere && isThere) return { action: 'update', before, after };
  if (wasThere) return { action: 'delete', before };
  return isThere ? { action: 'add', after } : {};
}
