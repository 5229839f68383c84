import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, int32, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { TypedLocalObjectReferenceSchema } from '../shared/references.ts';
import { ingressWarnings, validateIngress, validateIngressClassAnnotation, validateIngressStatus } from './ingress-validation.ts';

export const ServiceBackendPortSchema = object(
  'io.k8s.api.networking.v1.ServiceBackendPort',
  {
    name: field(string, { doc: 'The name of the port. Not together with number.' }),
    number: field(int32, { doc: 'The number of the port. Not together with name.' }),
  },
  { atomic: true },
);

export const IngressServiceBackendSchema = object('io.k8s.api.networking.v1.IngressServiceBackend', {
  name: required(string, { doc: 'The name of the Service.' }),
  port: field(ServiceBackendPortSchema, { doc: 'Its port, by name or by number.' }),
});

export const IngressBackendSchema = object('io.k8s.api.networking.v1.IngressBackend', {
  resource: field(TypedLocalObjectReferenceSchema, { doc: 'Another object that answers. Not together with service.' }),
  service: field(IngressServiceBackendSchema, { doc: 'The Service that answers.' }),
});
export type IngressBackend = TypeOf<typeof IngressBackendSchema>;

export const HTTPIngressPathSchema = object('io.k8s.api.networking.v1.HTTPIngressPath', {
  backend: required(IngressBackendSchema, { doc: 'Who answers.' }),
  path: field(string, { doc: 'The path of the requests that are meant.' }),
  pathType: required(oneOf('Exact', 'ImplementationSpecific', 'Prefix'), {
    doc: 'How the path is compared: Exact, Prefix or ImplementationSpecific.',
  }),
});
export type HTTPIngressPath = TypeOf<typeof HTTPIngressPathSchema>;

export const HTTPIngressRuleValueSchema = object('io.k8s.api.networking.v1.HTTPIngressRuleValue', {
  paths: required(list(HTTPIngressPathSchema), { doc: 'Which paths go where. The longest that fits wins.' }),
});

export const IngressRuleSchema = object('io.k8s.api.networking.v1.IngressRule', {
  host: field(string, { doc: 'The host of the requests that are meant; `*.` at its start stands for one label.' }),
  http: field(HTTPIngressRuleValueSchema, { doc: 'Which paths of the host go where; all to the default backend if left out.' }),
});
export type IngressRule = TypeOf<typeof IngressRuleSchema>;

export const IngressTLSSchema = object('io.k8s.api.networking.v1.IngressTLS', {
  hosts: field(list(string), { doc: 'The hosts that the certificate is for.' }),
  secretName: field(string, { doc: 'The Secret with the certificate.' }),
});
export type IngressTLS = TypeOf<typeof IngressTLSSchema>;

export const IngressSpecSchema = object('io.k8s.api.networking.v1.IngressSpec', {
  defaultBackend: field(IngressBackendSchema, { doc: 'Who answers what no rule is about.' }),
  ingressClassName: field(string, { doc: 'The IngressClass, and by it the controller, that carries the rules out.' }),
  rules: field(list(IngressRuleSchema), { doc: 'Which requests go where.' }),
  tls: field(list(IngressTLSSchema), { doc: 'The certificates.' }),
});
export type IngressSpec = TypeOf<typeof IngressSpecSchema>;

export const IngressPortStatusSchema = object('io.k8s.api.networking.v1.IngressPortStatus', {
  error: field(string, { doc: 'Why the port does not work, in one CamelCase word.' }),
  port: required(int32, { doc: 'The port.' }),
  protocol: required(oneOf('SCTP', 'TCP', 'UDP'), { doc: 'TCP, UDP or SCTP.' }),
});

export const IngressLoadBalancerIngressSchema = object('io.k8s.api.networking.v1.IngressLoadBalancerIngress', {
  hostname: field(string, { doc: 'Its DNS name, from providers that go by names.' }),
  ip: field(string, { doc: 'Its address, from providers that go by addresses.' }),
  ports: field(list(IngressPortStatusSchema), { doc: 'What is known about its ports.' }),
});

export const IngressLoadBalancerStatusSchema = object('io.k8s.api.networking.v1.IngressLoadBalancerStatus', {
  ingress: field(list(IngressLoadBalancerIngressSchema), { doc: 'Where the load balancer is reached.' }),
});

export const IngressStatusSchema = object('io.k8s.api.networking.v1.IngressStatus', {
  loadBalancer: field(IngressLoadBalancerStatusSchema, { doc: 'Where the load balancer is.' }),
});
export type IngressStatus = TypeOf<typeof IngressStatusSchema>;

const IngressSchema = kindSchema('io.k8s.api.networking.v1.Ingress', {
  spec: defaulted(IngressSpecSchema),
  status: IngressStatusSchema,
});
export type Ingress = TypeOf<typeof IngressSchema>;

export const ingresses = defineResource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  description: 'Rules by which requests from outside reach Services, by their host and path.',
  schema: IngressSchema,
  strategy: {
    defaults,
    validate: validateIngress,
    validateCreate: validateIngressClassAnnotation,
    validateStatusUpdate: validateIngressStatus,
    warnings: ingressWarnings,
  },
  columns: [
    nameColumn,
    {
      name: 'Class',
      type: 'string',
      description: 'The IngressClass.',
      cell: ({ spec }) => spec.ingressClassName ?? '<none>',
    },
    { name: 'Hosts', type: 'string', description: 'The first hosts that rules are about.', cell: hosts },
    { name: 'Address', type: 'string', description: 'Where the load balancer is reached.', cell: addresses },
    {
      name: 'Ports',
      type: 'string',
      description: 'The ports that are open: with a certificate also that of HTTPS.',
      cell: ({ spec }) => (spec.tls?.length ? '80, 443' : '80'),
    },
    ageColumn,
  ],
});

function defaults(ingress: Ingress): void {
  ingress.spec ??= {};
  (ingress.status ??= {}).loadBalancer ??= {};
}

const shownHosts = 3;

function hosts({ spec: { rules = [] } }: Ingress): string {
  const named = rules.flatMap(({ host }, index) => (host ? [{ host, index }] : []));
  if (named.length === 0) return '*';
  const shown = named.slice(0, shownHosts).map(({ host }) => host);
  // Upstream says that there are more if any rule follows the last host shown, whether it has a host or not.
  const last = named[shownHosts - 1];
  return last && last.index < rules.length - 1 ? `${shown.join(',')} + ${rules.length - shownHosts} more...` : shown.join(',');
}

function addresses({ status }: Ingress): string {
  const known = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
  return [...new Set(known)].sort().join(',');
}
