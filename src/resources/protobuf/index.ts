/** Field numbers of the built-in types: facts of the published .proto files of Kubernetes 1.36, and of its Go types. */
import type { ProtobufFacts } from '../../machinery/protobuf/facts.ts';
import { admissionregistrationV1 } from './admissionregistration.ts';
import { apiextensionsV1 } from './apiextensions.ts';
import { apiregistrationV1 } from './apiregistration.ts';
import { appsV1 } from './apps.ts';
import { authenticationV1 } from './authentication.ts';
import { authorizationV1 } from './authorization.ts';
import { autoscalingV1, autoscalingV2 } from './autoscaling.ts';
import { batchV1 } from './batch.ts';
import { certificatesV1 } from './certificates.ts';
import { coordinationV1 } from './coordination.ts';
import { coreV1 } from './core.ts';
import { discoveryV1 } from './discovery.ts';
import { eventsV1 } from './events.ts';
import { flowcontrolV1 } from './flowcontrol.ts';
import { metaV1 } from './meta.ts';
import { networkingV1 } from './networking.ts';
import { nodeV1 } from './node.ts';
import { policyV1 } from './policy.ts';
import { rbacV1 } from './rbac.ts';
import { resourceV1 } from './resource.ts';
import { schedulingV1 } from './scheduling.ts';
import { storageV1 } from './storage.ts';

/** Whole packages, so that a new kind finds its types here. */
const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'io.k8s.api.admissionregistration.v1': admissionregistrationV1,
  'io.k8s.api.apps.v1': appsV1,
  'io.k8s.api.authentication.v1': authenticationV1,
  'io.k8s.api.authorization.v1': authorizationV1,
  'io.k8s.api.autoscaling.v1': autoscalingV1,
  'io.k8s.api.autoscaling.v2': autoscalingV2,
  'io.k8s.api.batch.v1': batchV1,
  'io.k8s.api.certificates.v1': certificatesV1,
  'io.k8s.api.coordination.v1': coordinationV1,
  'io.k8s.api.core.v1': coreV1,
  'io.k8s.api.discovery.v1': discoveryV1,
  'io.k8s.api.events.v1': eventsV1,
  'io.k8s.api.flowcontrol.v1': flowcontrolV1,
  'io.k8s.api.networking.v1': networkingV1,
  'io.k8s.api.node.v1': nodeV1,
  'io.k8s.api.policy.v1': policyV1,
  'io.k8s.api.rbac.v1': rbacV1,
  'io.k8s.api.resource.v1': resourceV1,
  'io.k8s.api.scheduling.v1': schedulingV1,
  'io.k8s.api.storage.v1': storageV1,
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1': apiextensionsV1,
  'io.k8s.apimachinery.pkg.apis.meta.v1': metaV1,
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1': apiregistrationV1,
};

const listSuffix = 'List';
const listFacts = 'metadata=1 items=2';

/** The facts about a type, by the name of its OpenAPI definition. The list of a kind is written like all lists. */
export const protobufFacts: ProtobufFacts = (definition) => {
  const dot = definition.lastIndexOf('.');
  const types = packages[definition.slice(0, dot)];
  const name = definition.slice(dot + 1);
  if (!types) return undefined;
  if (Object.hasOwn(types, name)) return types[name];
  return name.endsWith(listSuffix) && Object.hasOwn(types, name.slice(0, -listSuffix.length)) ? listFacts : undefined;
};
