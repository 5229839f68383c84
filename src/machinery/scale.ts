import type { KubeObject, ObjectMeta } from './meta.ts';
import type { ScaleSubresource } from './resource.ts';

/** `autoscaling/v1` Scale: how many replicas a workload has and should have, whatever its kind. */
export interface Scale extends KubeObject {
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

/** The Scale of a workload. */
export function scaleOf(rules: ScaleSubresource<KubeObject>, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp }: ObjectMeta = object.metadata;
  const selector = rules.selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: rules.specReplicas(object) },
    status: { replicas: rules.statusReplicas(object), ...(selector && { selector }) },
  };
}
