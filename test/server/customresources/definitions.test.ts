import { expect, test } from 'vitest';
import { testCluster } from '../support/cluster.ts';
import { cronTabs, definitionsPath, withSpec } from '../support/definitions.ts';

const object = { type: 'object' };
const field = (schema: object) => cronTabs(withSpec({ a: schema }));
const at = 'spec.validation.openAPIV3Schema';
const a = `${at}.properties[spec].properties[a]`;
const stored = (name: string) => ({ name, served: true, storage: true, schema: { openAPIV3Schema: object } });

test.each([
  [
    'another name',
    { ...cronTabs(object), metadata: { name: 'x.example.com' } },
    'metadata.name: Invalid value: "x.example.com": must be spec.names.plural+"."+spec.group',
  ],
  [
    'no schema',
    cronTabs(object, { version: { schema: undefined } }),
    'spec.versions[0].schema.openAPIV3Schema: Required value',
  ],
  [
    'no schema of a version that is not served',
    cronTabs(object, { versions: [stored('v1'), { name: 'v2', served: false, storage: false }] }),
    'spec.versions[1].schema.openAPIV3Schema: Required value',
  ],
  ['a schema of a dialect', field({ type: 'string', $schema: 'x' }), `${at}: Invalid value: "": OpenAPIV3Schema 'schema' is not supported`],
  ['a short name that is empty', cronTabs(object, { spec: { names: { plural: 'crontabs', kind: 'CronTab', shortNames: [''] } } }), 'spec.names.shortNames[0]: Invalid value: ""'],
  ['a version with a space', cronTabs(object, { version: { name: 'v 1' } }), 'spec.version: Invalid value: "v 1": a DNS-1035 label'],
  ['no versions', cronTabs(object, { spec: { versions: null } }), 'spec.versions: Invalid value: null: must have exactly one'],
  ['a field without a type', field({}), `${a}.type: Required value: must not be empty for specified object fields`],
  [
    'a type in allOf',
    field({ type: 'integer', allOf: [{ type: 'integer' }] }),
    `${a}.allOf[0].type: Forbidden: must be empty to be structural`,
  ],
  [
    'a default that does not hold',
    field({ type: 'integer', default: 'x' }),
    `${a}.default: Invalid value: "string":  in body must be of type integer: "string"`,
  ],
  [
    'two stored versions',
    cronTabs(object, { versions: ['v1', 'v2'].map(stored) }),
    'must have exactly one version marked as storage version',
  ],
  [
    'a rule that does not compile',
    field({ type: 'integer', 'x-kubernetes-validations': [{ rule: 'self.b' }] }),
    `${a}.x-kubernetes-validations[0].rule: Invalid value`,
  ],
  [
    'a rule with a constant that is none',
    field({ type: 'integer', 'x-kubernetes-validations': [{ rule: 'self == int("x")' }] }),
    "program instantiation failed: type conversion error from 'string' to 'int'",
  ],
  [
    'a rule with a pattern that is none',
    field({ type: 'string', 'x-kubernetes-validations': [{ rule: 'self.find("[") == "x"' }] }),
    'program instantiation failed: error parsing regexp: missing closing ]: `[`',
  ],
])('a definition with %s is refused', async (_, definition, message) => {
  const { request } = await testCluster();
  const { status, body } = await request('POST', definitionsPath, definition);
  expect(status).toBe(422);
  expect(body.message).toContain(message);
});
