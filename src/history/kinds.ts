import type { AnyResource } from '../machinery/resource.ts';
import { builtinResources } from '../resources/index.ts';

const names = new Map<string, string>();
for (const { conversion, resource, plural, singular, kind, shortNames } of builtinResources as readonly AnyResource[])
  if (!conversion) for (const name of [resource, plural, singular, kind.toLowerCase(), ...shortNames]) if (!names.has(name)) names.set(name, resource);

/**
 * The storage key of the kind that somebody names as kubectl lets him: `Deployment`, `deployments`, `deploy`,
 * `deployments.apps`. A custom kind has to be named in full, `widgets.example.dev`.
 */
export const resourceNamed = (name: string): string => names.get(name.toLowerCase()) ?? name.toLowerCase();
