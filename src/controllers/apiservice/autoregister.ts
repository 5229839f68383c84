import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import type { Draft } from '../../machinery/meta.ts';
import {
  customResourceDefinitions,
  definitionsOfGroup,
  type CustomResourceDefinition,
} from '../../resources/apiextensions/customresourcedefinition.ts';
import { apiServices, type APIService } from '../../resources/apiregistration/apiservice.ts';
import {
  apiServiceName,
  automanagedLabel,
  builtinAPIServices,
  groupVersionOf,
  localAPIService,
} from '../../resources/apiregistration/local.ts';
import { builtinResources } from '../../resources/index.ts';

const builtin: ReadonlyMap<string | undefined, Draft<APIService>> = new Map(
  builtinAPIServices(builtinResources).map((service) => [service.metadata.name, service]),
);

/** What is at the end of the key of an APIService that was there when the server started. */
const atStart = ' start';

/**
 * Registers the versions that CustomResourceDefinitions serve, and lets go of them with the last definition. Built-in ones
 * are made when a cluster starts; what has become of those is put right then, and left to users from there on. Its keys are
 * `/NAME`, and `/NAME start`.
 */
export const autoregisterController: Controller = {
  name: 'autoregister',
  component: 'autoregister',
  triggers: [
    {
      resource: apiServices,
      keys: (service: APIService) => [keyOf(service)],
      keysAtStart: (service: APIService) => [keyOf(service), keyOf(service) + atStart],
    },
    {
      resource: customResourceDefinitions,
      concerns: (a: CustomResourceDefinition, b: CustomResourceDefinition) => !samePlain(servedBy(a), servedBy(b)),
      keys: ({ spec }: CustomResourceDefinition) => spec.versions.map(({ name }) => `/${apiServiceName(spec.group, name)}`),
    },
  ],
  reconcile(key, snapshot): Plan {
    const isStart = key.endsWith(atStart);
    const { name } = splitKey(isStart ? key.slice(0, -atStart.length) : key);
    const current = snapshot.get(apiServices, '', name);
    if (isStart) return current && managedAs(current) === 'onstart' ? putRight(current, builtin.get(name)) : emptyPlan();
    const { group, version } = groupVersionOf(name);
    const wanted = isDefined(group, version, snapshot) ? localAPIService(group, version, 'true') : undefined;
    if (current) return managedAs(current) === 'true' ? putRight(current, wanted) : emptyPlan();
    return wanted ? { ...emptyPlan(), writes: [{ verb: 'create', resource: apiServices, object: wanted }] } : emptyPlan();
  },
};

const servedBy = ({ spec }: CustomResourceDefinition) => spec.versions.map(({ name, served }) => [name, served]);

const managedAs = ({ metadata }: APIService): string | undefined => metadata.labels?.[automanagedLabel];

const isDefined = (group: string, version: string, snapshot: Snapshot): boolean =>
  definitionsOfGroup(snapshot, group).some(({ spec }) => spec.versions.some(({ name, served }) => served && name === version));

/** Makes an APIService what it is to be, or lets go of it. */
function putRight(current: APIService, wanted: Draft<APIService> | undefined): Plan {
  const { name, uid } = current.metadata;
  if (!wanted) return { ...emptyPlan(), writes: [{ verb: 'delete', resource: apiServices, namespace: '', name, uid }] };
  if (samePlain(current.spec, wanted.spec)) return emptyPlan();
  return { ...emptyPlan(), writes: [{ verb: 'update', resource: apiServices, object: { ...current, spec: wanted.spec } as APIService }] };
}
