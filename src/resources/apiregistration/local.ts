/** The groups and versions that the server serves itself, as APIServices, and the order of all in discovery. */
import type { Draft } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { apiServices, type APIService } from './apiservice.ts';

/**
 * Says that the server looks after an APIService: `onstart`, that it is made when the server starts; `true`, that it comes
 * and goes with CustomResourceDefinitions. What carries no such label is the users'.
 */
export const automanagedLabel = 'kube-aggregator.kubernetes.io/automanaged';
export type Automanaged = 'onstart' | 'true';

/** Higher ones come first. */
export interface Priorities {
  readonly groupPriorityMinimum: number;
  readonly versionPriority: number;
}

const priorities = (groupPriorityMinimum: number, versionPriority: number): Priorities => ({ groupPriorityMinimum, versionPriority });

/** Those of upstream, by `version.group`. */
const ofBuiltins: Readonly<Record<string, Priorities>> = {
  'v1.': priorities(18_000, 1),
  'v1.apps': priorities(17_800, 15),
  'v1.events.k8s.io': priorities(17_750, 15),
  'v1.authentication.k8s.io': priorities(17_700, 15),
  'v1.authorization.k8s.io': priorities(17_600, 15),
  'v1.autoscaling': priorities(17_500, 15),
  'v2.autoscaling': priorities(17_500, 30),
  'v1.batch': priorities(17_400, 15),
  'v1.certificates.k8s.io': priorities(17_300, 15),
  'v1.networking.k8s.io': priorities(17_200, 15),
  'v1.policy': priorities(17_100, 15),
  'v1.rbac.authorization.k8s.io': priorities(17_000, 15),
  'v1.storage.k8s.io': priorities(16_800, 15),
  'v1.apiextensions.k8s.io': priorities(16_700, 15),
  'v1.admissionregistration.k8s.io': priorities(16_700, 15),
  'v1.scheduling.k8s.io': priorities(16_600, 15),
  'v1.coordination.k8s.io': priorities(16_500, 15),
  'v1.node.k8s.io': priorities(16_300, 15),
  'v1.discovery.k8s.io': priorities(16_200, 15),
  'v1.resource.k8s.io': priorities(16_200, 21),
  'v1.flowcontrol.apiserver.k8s.io': priorities(16_100, 21),
};

/** metrics-server's. */
const ofMetrics = { name: 'v1beta1.metrics.k8s.io', ...priorities(100, 100) };
/** The group that registers the others is registered nowhere, and is the first. */
const ofItself = { name: 'v1.apiregistration.k8s.io', ...priorities(20_000, 1) };
const ofCustomResources = priorities(1000, 100);
/** Kinds that upstream does not have. */
const ofOurs = { suffix: '.hibernetes.dev', ...priorities(15_000, 15) };

export const apiServiceName = (group: string, version: string): string => `${version}.${group}`;

/** The group and the version that an APIService is called after. */
export function groupVersionOf(name: string): { group: string; version: string } {
  const dot = name.indexOf('.');
  return { version: name.slice(0, dot), group: name.slice(dot + 1) };
}

/** The priorities of a version that is served here. */
export function prioritiesOf(group: string, version: string): Priorities {
  const name = apiServiceName(group, version);
  if (name === ofItself.name) return ofItself;
  if (name === ofMetrics.name) return ofMetrics;
  if (group.endsWith(ofOurs.suffix)) return ofOurs;
  return Object.hasOwn(ofBuiltins, name) ? ofBuiltins[name]! : ofCustomResources;
}

/** The APIService of a version that is served here. */
export function localAPIService(group: string, version: string, automanaged?: Automanaged): Draft<APIService> {
  const { groupPriorityMinimum, versionPriority } = prioritiesOf(group, version);
  return {
    apiVersion: apiServices.apiVersion,
    kind: apiServices.kind,
    metadata: {
      name: apiServiceName(group, version),
      ...(automanaged && { labels: { [automanagedLabel]: automanaged } }),
    },
    spec: { ...(group && { group }), version, groupPriorityMinimum, versionPriority },
  };
}

/**
 * The APIServices of the built-in kinds, which every cluster has when it starts. That of the metrics of nodes and pods is
 * the users', who may put another server in its place.
 */
export function builtinAPIServices(kinds: readonly AnyResource[]): Draft<APIService>[] {
  const names = new Set(kinds.map(({ group, version }) => apiServiceName(group, version)));
  return [...names]
    .filter((name) => name !== ofItself.name)
    .map((name) => {
      const { group, version } = groupVersionOf(name);
      return localAPIService(group, version, name === ofMetrics.name ? undefined : 'onstart');
    });
}
