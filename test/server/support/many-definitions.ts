/** Definitions of the shapes that large projects ship, as many as are wanted: made up, and each with an object of it. */
import type { JSONSchemaProps } from '../../../src/machinery/structural/schema.ts';

export interface Made {
  readonly definition: { metadata: { name: string } } & Record<string, unknown>;
  readonly collection: string;
  readonly plural: string;
  /** An object that the definition takes. */
  readonly good: Record<string, unknown>;
  /** The same with something that it does not take. */
  readonly bad: Record<string, unknown>;
}

const text: JSONSchemaProps = { type: 'string', description: 'What it is called, and why it is called so.' };
const name: JSONSchemaProps = { ...text, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' };
const fields = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties,
  ...more,
});
const listOf = (items: JSONSchemaProps, maxItems?: number): JSONSchemaProps => ({ type: 'array', items, ...(maxItems && { maxItems }) });
const keyedBy = (key: string, items: JSONSchemaProps): JSONSchemaProps => ({
  ...listOf(items),
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
});
const conditions = keyedBy(
  'type',
  fields({ type: text, status: { type: 'string', enum: ['True', 'False', 'Unknown'] }, reason: text }, { required: ['type', 'status'] }),
);
const selector = fields({
  matchLabels: { type: 'object', additionalProperties: { type: 'string' } },
  matchExpressions: listOf(fields({ key: text, operator: text, values: listOf(text) }, { required: ['key', 'operator'] })),
});

/** A template of pods, written out as generators do: broad, deep, and most of the bytes. */
const template = (breadth: number): JSONSchemaProps =>
  fields({
    metadata: fields({ labels: { type: 'object', additionalProperties: { type: 'string' } } }),
    affinity: fields({ nodeAffinity: selector, podAffinity: listOf(fields({ labelSelector: selector, topologyKey: text })) }),
    containers: keyedBy(
      'name',
      fields(
        {
          name,
          image: text,
          resources: fields({ limits: { type: 'object', additionalProperties: { 'x-kubernetes-int-or-string': true } } }),
          ...Object.fromEntries(
            Array.from({ length: breadth }, (_, i) => [`option${i}`, fields({ value: text, from: fields({ name, key: text }) })]),
          ),
        },
        { required: ['name'] },
      ),
    ),
  });

/** Certificates and their issuers: durations, enums, references, exactly one of several ways. */
const issuer: Shape = {
  spec: fields(
    {
      secretName: name,
      duration: { ...text, format: 'duration', default: '24h' },
      usages: listOf({ type: 'string', enum: ['signing', 'server auth', 'client auth'] }),
      issuerRef: fields({ name, kind: { ...text, default: 'Issuer' } }, { required: ['name'] }),
      solvers: listOf(fields({ http: template(5), dns: fields({ zone: name }) }, { oneOf: [{ required: ['http'] }, { required: ['dns'] }] })),
    },
    { required: ['secretName', 'issuerRef'] },
  ),
  good: { secretName: 'tls', issuerRef: { name: 'ca' }, usages: ['signing'], solvers: [{ dns: { zone: 'example.com' } }] },
  bad: { secretName: 'tls', issuerRef: { name: 'ca' }, solvers: [{}] },
};

/** Applications: sources of any form, values that are left as they are, a switch of ints and strings. */
const application: Shape = {
  spec: fields(
    {
      project: { ...text, default: 'default' },
      source: fields({ repository: text, values: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, revision: text }),
      sources: listOf(fields({ repository: text, chart: text, parameters: keyedBy('name', fields({ name, value: text }, { required: ['name'] })) })),
      ignored: listOf(fields({ group: text, kind: text, pointers: listOf(text) }, { required: ['kind'] })),
      retry: fields({ limit: { 'x-kubernetes-int-or-string': true }, workload: template(10) }),
    },
    { required: ['source'] },
  ),
  good: { source: { repository: 'https://example.com/a', values: { any: [1, null, { b: 'c' }] } }, retry: { limit: '25%' } },
  bad: { source: { repository: 5 } },
};

/** Managed resources: immutable fields and selectors in CEL, a policy with a default, references that may be left out. */
const managed: Shape = {
  spec: fields(
    {
      policy: { type: 'string', enum: ['Delete', 'Orphan'], default: 'Delete' },
      provider: fields({ name }, { required: ['name'], default: undefined }),
      parameters: fields(
        {
          region: { ...text, maxLength: 30, 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'region is immutable' }] },
          size: { type: 'integer', minimum: 1, maximum: 1000 },
          subnetRefs: { ...listOf(fields({ name }, { required: ['name'] }), 16), 'x-kubernetes-list-type': 'atomic' },
          subnetSelector: selector,
          tags: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 50 },
        },
        {
          required: ['region'],
          'x-kubernetes-validations': [
            { rule: '!(has(self.subnetRefs) && has(self.subnetSelector))', message: 'references or a selector, not both' },
          ],
        },
      ),
    },
    { required: ['parameters'] },
  ),
  good: { parameters: { region: 'here', size: 3, tags: { a: 'b' }, subnetRefs: [{ name: 'x' }] } },
  bad: { parameters: { region: 'here', subnetRefs: [{ name: 'x' }], subnetSelector: {} } },
};

/** Routes: hosts and matches with patterns, rules over lists, junctors that let one of several be there. */
const route: Shape = {
  spec: fields(
    {
      hosts: listOf({ ...name, pattern: `(\\*\\.)?${name.pattern!.slice(1)}` }, 64),
      exact: { type: 'boolean', default: false },
      endpoints: listOf(fields({ address: { ...text, maxLength: 256 }, port: { type: 'integer', minimum: 1, maximum: 65_535 } }), 256),
      matches: listOf(
        fields(
          { uri: fields({ exact: text, prefix: text, regex: { ...text, maxLength: 256 } }), weight: { type: 'number', multipleOf: 0.5 } },
          { anyOf: [{ required: ['uri'] }, { required: ['weight'] }] },
        ),
        16,
      ),
      workload: template(3),
    },
    {
      required: ['hosts'],
      'x-kubernetes-validations': [
        { rule: "!self.exact || self.hosts.all(h, !h.startsWith('*'))", message: 'no wildcards among exact hosts' },
        { rule: "(has(self.endpoints) ? self.endpoints : []).all(e, e.address != '')", message: 'an endpoint has an address' },
      ],
    },
  ),
  good: { hosts: ['*.example.com', 'a.b'], endpoints: [{ address: '10.0.0.1', port: 80 }], matches: [{ uri: { prefix: '/' } }] },
  bad: { hosts: ['*.example.com'], exact: true },
};

interface Shape {
  readonly spec: JSONSchemaProps;
  readonly good: object;
  readonly bad: object;
}

const shapes: readonly (readonly [string, Shape])[] = [
  ['issuer', issuer],
  ['application', application],
  ['managed', managed],
  ['route', route],
];

/** The definition with that number: its shape, its group, whether its objects are in namespaces, and in how many versions. */
export function madeDefinition(i: number): Made {
  const [kind, shape] = shapes[i % shapes.length]!;
  const group = `g${i % 12}.example.com`;
  const plural = `${kind}s${i}`;
  const namespaced = i % 3 !== 0;
  const schema = fields({ spec: shape.spec, status: fields({ conditions, observed: { type: 'integer', format: 'int64' } }) });
  const version = (name: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: { ...schema, description: `The ${kind} with the number ${i}.` } },
    subresources: { status: {} },
    additionalPrinterColumns: [{ name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }],
  });
  const names = { plural, kind: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}${i}`, categories: [kind] };
  const object = (spec: object) => ({ apiVersion: `${group}/v1`, kind: names.kind, metadata: { name: 'example' }, spec });
  return {
    definition: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: namespaced ? 'Namespaced' : 'Cluster',
        names,
        versions: [version('v1', true), ...(i % 4 === 0 ? [version('v1beta1', false)] : [])],
      },
    },
    collection: `/apis/${group}/v1${namespaced ? '/namespaces/default' : ''}/${plural}`,
    plural,
    good: object(shape.good),
    bad: object(shape.bad),
  };
}
