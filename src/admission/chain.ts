import type { AnyResource } from '../machinery/resource.ts';
import { Pass } from './pass.ts';
import type { AdmissionContext, AdmissionPlugin, Attributes, Awaited, Operation } from './plugin.ts';

/** All plugins of a cluster, asked one after the other. What the first one refuses the others never see. */
export interface AdmissionChain {
  /** The first object that a plugin would rather wait for. */
  awaits(attributes: Attributes, context: AdmissionContext): Awaited | undefined;
  admit(attributes: Attributes, context: AdmissionContext): void;
  validate(attributes: Attributes, context: AdmissionContext): void;
}

/** The chain of these plugins, in this order. Which of them a kind of request concerns is found out once. */
export function admissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const concerned = new WeakMap<AnyResource, Map<string, readonly AdmissionPlugin[]>>();
  const pluginsFor = ({ resource, subresource, operation }: Attributes): readonly AdmissionPlugin[] => {
    let ofKind = concerned.get(resource);
    if (!ofKind) concerned.set(resource, (ofKind = new Map()));
    const request = `${operation} ${subresource}`;
    let found = ofKind.get(request);
    if (!found) ofKind.set(request, (found = plugins.filter((plugin) => handles(plugin, resource, subresource, operation))));
    return found;
  };
  return {
    awaits(attributes, context) {
      for (const plugin of pluginsFor(attributes)) {
        const awaited = plugin.awaits?.(attributes, context);
        if (awaited) return awaited;
      }
      return undefined;
    },
    admit(attributes, context) {
      const plugins = pluginsFor(attributes);
      const pass = new Pass();
      for (const plugin of plugins) plugin.admit?.(attributes, context, pass);
      if (!pass.shouldReinvoke) return;
      pass.round = 1;
      for (const plugin of plugins) plugin.admit?.(attributes, context, pass);
    },
    validate(attributes, context) {
      for (const plugin of pluginsFor(attributes)) plugin.validate?.(attributes, context);
    },
  };
}

const mainAlone = [''];

function handles(plugin: AdmissionPlugin, { resource }: AnyResource, subresource: string, operation: Operation): boolean {
  const { operations, resources, subresources = mainAlone } = plugin;
  return (
    operations.includes(operation) &&
    (resources === undefined || resources.includes(resource)) &&
    (subresources === 'all' || subresources.includes(subresource))
  );
}
