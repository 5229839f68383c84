import { copyPlain } from '../../machinery/plain.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { AnyResource, ScaleSubresource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { parseSelector, type Selector } from '../../machinery/selectors.ts';
import { notFound } from '../../machinery/status.ts';
import { horizontalPodAutoscalers, type HorizontalPodAutoscaler } from '../../resources/autoscaling/horizontalpodautoscaler.ts';
import type { Pod } from '../../resources/core/pod.ts';

/** What an autoscaler scales: an object of any kind that has a scale. */
export interface Target {
  resource: AnyResource;
  object: KubeObject;
  /** The replicas that are wanted, and those that there are. */
  replicas: number;
  statusReplicas: number;
  /** The selector of its pods; '' if it has none. */
  selector: string;
}

/** The target of an autoscaler, or what is wrong with its reference. */
export function targetOf({ metadata, spec }: HorizontalPodAutoscaler, scheme: Scheme, snapshot: Snapshot): Target | string {
  const { apiVersion = '', kind, name } = spec.scaleTargetRef;
  const parts = apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0]! : '';
  const resource = scheme.resources.find((each) => each.kind === kind && each.group === group);
  if (!resource) return `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`;
  if (!resource.scale || !resource.namespaced) return 'the server could not find the requested resource';
  const object = snapshot.get(resource, metadata.namespace ?? '', name);
  if (!object) return notFound({ group, resource: resource.plural, name }).message;
  const scale = resource.scale as ScaleSubresource<KubeObject>;
  return {
    resource,
    object,
    replicas: scale.specReplicas(object),
    statusReplicas: scale.statusReplicas(object),
    selector: scale.selector(object),
  };
}

/** The target with another number of replicas. */
export function rescaled({ resource, object }: Target, replicas: number): KubeObject {
  const next = copyPlain(object);
  (resource.scale as ScaleSubresource<KubeObject>).setSpecReplicas(next, replicas);
  return next;
}

/**
 * The autoscalers of a namespace whose targets select any of these pods, as upstream's messages name them: `{web default}`.
 */
export function autoscalersOf(pods: readonly Pod[], namespace: string, scheme: Scheme, snapshot: Snapshot): string[] {
  if (pods.length === 0) return [];
  return snapshot
    .list(horizontalPodAutoscalers, namespace)
    .filter((each) => {
      const target = targetOf(each, scheme, snapshot);
      if (typeof target === 'string' || target.selector === '') return false;
      const selector: Selector = parseSelector(target.selector);
      return pods.some(({ metadata }) => selector.matches(metadata.labels));
    })
    .map(({ metadata }) => `{${metadata.name} ${namespace}}`);
}
