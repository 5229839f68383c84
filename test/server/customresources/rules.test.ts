import { describe, expect, test } from 'vitest';
import type { JSONSchemaProps, ValidationRule } from '../../../src/machinery/structural/schema.ts';
import { testCluster } from '../support/cluster.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../support/definitions.ts';

const sizes: Record<string, JSONSchemaProps> = {
  size: { type: 'integer' },
  max: { type: 'integer' },
  name: { type: 'string', maxLength: 20 },
  tags: { type: 'array', maxItems: 10, items: { type: 'string', maxLength: 10 } },
  ports: {
    type: 'array',
    maxItems: 10,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, port: { type: 'integer' } },
      'x-kubernetes-validations': [{ rule: 'self.port >= oldSelf.port', message: 'ports only rise' }],
    },
  },
};

async function withRules(...rules: ValidationRule[]) {
  const cluster = await testCluster();
  await cluster.ok('POST', definitionsPath, cronTabs(withSpec(sizes, { 'x-kubernetes-validations': rules })));
  const refusal = async (method: string, path: string, object: object) => {
    const { status, body } = await cluster.request(method, path, object);
    return status < 300 ? undefined : (body.message as string).replace(/^CronTab\.stable\.example\.com "a" is invalid: /, '');
  };
  return {
    ...cluster,
    create: (spec: object) => refusal('POST', cronTabsPath, cronTab('a', { spec })),
    update: async (spec: object) => {
      const old = await cluster.ok('GET', `${cronTabsPath}/a`);
      return refusal('PUT', `${cronTabsPath}/a`, { ...old, spec });
    },
  };
}

describe('rules', () => {
  test.each<[string, ValidationRule, object, string | undefined]>([
    ['that hold', { rule: 'self.size <= self.max' }, { size: 1, max: 2 }, undefined],
    ['without a message', { rule: 'self.size <= self.max' }, { size: 3, max: 2 }, 'spec: Invalid value: failed rule: self.size <= self.max'],
    ['with a message', { rule: 'self.size <= self.max', message: 'too large' }, { size: 3, max: 2 }, 'spec: Invalid value: too large'],
    [
      'with an expression for the message',
      { rule: 'self.size <= self.max', messageExpression: "'at most %d'.format([self.max])" },
      { size: 3, max: 2 },
      'spec: Invalid value: at most 2',
    ],
    [
      'with a message expression that fails',
      { rule: 'self.size <= self.max', message: 'too large', messageExpression: 'self.name' },
      { size: 3, max: 2 },
      'spec: Invalid value: too large',
    ],
    [
      'with a reason and a field',
      { rule: 'self.size <= self.max', message: 'too large', reason: 'FieldValueForbidden', fieldPath: '.size' },
      { size: 3, max: 2 },
      'spec.size: Forbidden: too large',
    ],
    ['that cannot be evaluated', { rule: 'self.size > 0' }, {}, 'spec: Invalid value: "object": no such key: size evaluating rule: self.size > 0'],
    ['about what is not there', { rule: '!has(self.size) || self.size > 0' }, {}, undefined],
    ['about changes, for something new', { rule: 'self.size == oldSelf.size' }, { size: 1 }, undefined],
    [
      'about changes that ask for something new too',
      { rule: 'oldSelf.hasValue() || self.size == 1', optionalOldSelf: true, message: 'starts with 1' },
      { size: 2 },
      'spec: Invalid value: starts with 1',
    ],
  ])('%s', async (_, rule, spec, refusal) => {
    const { create } = await withRules(rule);
    expect(await create(spec)).toBe(refusal);
  });

  test('about changes see the value before', async () => {
    const { create, update } = await withRules({ rule: 'self.size >= oldSelf.size', message: 'size only rises' });
    expect(await create({ size: 2, ports: [{ name: 'a', port: 1 }, { name: 'b', port: 5 }] })).toBeUndefined();
    expect(await update({ size: 1 })).toBe('spec: Invalid value: size only rises');
    expect(await update({ size: 2, ports: [{ name: 'b', port: 6 }, { name: 'a', port: 0 }] })).toBe(
      'spec.ports[1]: Invalid value: ports only rise',
    );
    expect(await update({ size: 3, ports: [{ name: 'b', port: 6 }] })).toBeUndefined();
  });

  test('are not asked about an object of the wrong types', async () => {
    const { create } = await withRules({ rule: 'self.size > 0' });
    expect(await create({ size: 'x' })).toBe(
      '[spec.size: Invalid value: "string": spec.size in body must be of type integer: "string", ' +
        '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]',
    );
  });

  test('forgive what breaks them already, while it stays', async () => {
    const { create, update, ok, request } = await withRules();
    await create({ size: 5, max: 1, name: 'x' });
    const crd = await ok('GET', `${definitionsPath}/crontabs.stable.example.com`);
    crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.size['x-kubernetes-validations'] = [{ rule: 'self < 3' }];
    await ok('PUT', `${definitionsPath}/crontabs.stable.example.com`, crd);
    expect(await update({ size: 5, max: 2, name: 'x' })).toBeUndefined();
    expect(await update({ size: 4, max: 2, name: 'x' })).toBe('spec.size: Invalid value: 4: failed rule: self < 3');
    expect((await request('GET', `${cronTabsPath}/a`)).body.spec.max).toBe(2);
  });
});

describe('definitions with rules are refused', () => {
  const at = 'spec.validation.openAPIV3Schema.properties[spec]';
  test.each<[string, ValidationRule, RegExp | string]>([
    ['that do not parse', { rule: 'self.size +' }, /rule: Invalid value: \{"Rule":"self.size \+",.*compilation failed: ERROR: <input>:1:12: Syntax error/s],
    ['about fields that are not there', { rule: 'self.sizes > 1' }, /compilation failed: ERROR: <input>:1:5: undefined field 'sizes'/],
    ['that are no conditions', { rule: 'self.size' }, 'cel expression must evaluate to a bool'],
    ['without a text', { rule: ' ' }, `${at}.x-kubernetes-validations[0].rule: Required value: rule is not specified`],
    ['whose message is no text', { rule: 'true', messageExpression: '1' }, 'messageExpression must evaluate to a string'],
    ['with another reason', { rule: 'true', reason: 'Odd' }, 'reason: Unsupported value: "Odd": supported values: "FieldValueDuplicate"'],
    ['with a field that is not there', { rule: 'true', fieldPath: '.nothing' }, 'fieldPath: Invalid value: ".nothing": must be a valid path'],
    ['with an odd optionalOldSelf', { rule: 'true', optionalOldSelf: true }, 'may not be set if oldSelf is not used in rule'],
    [
      'that cost too much',
      { rule: 'self.tags.all(a, self.tags.all(b, self.tags.all(c, self.tags.all(d, self.tags.all(e, self.tags.all(f, self.tags.all(g, a != g)))))))' },
      'estimated rule cost exceeds budget by factor of',
    ],
  ])('%s', async (_, rule, message) => {
    const { request } = await testCluster();
    const schema = withSpec(sizes, { 'x-kubernetes-validations': [rule] });
    const { status, body } = await request('POST', definitionsPath, cronTabs(schema));
    expect(status).toBe(422);
    if (typeof message === 'string') expect(body.message).toContain(message);
    else expect(body.message).toMatch(message);
  });

  test('that compare items of which it cannot be told which one was which', async () => {
    const { request } = await testCluster();
    const items: JSONSchemaProps = { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] };
    const { body } = await request('POST', definitionsPath, cronTabs(withSpec({ list: { type: 'array', maxItems: 3, items } })));
    expect(body.message).toContain(`oldSelf cannot be used on the uncorrelatable portion of the schema within ${at}.properties[list]`);
  });

  test('that its own defaults break', async () => {
    const { request } = await testCluster();
    const size: JSONSchemaProps = { type: 'integer', default: 5, 'x-kubernetes-validations': [{ rule: 'self < 3', message: 'small' }] };
    const { body } = await request('POST', definitionsPath, cronTabs(withSpec({ size })));
    expect(body.message).toContain(`${at}.properties[size].default: Invalid value: 5: small`);
  });
});
