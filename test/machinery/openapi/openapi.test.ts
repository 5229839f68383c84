import { describe, expect, test } from 'vitest';
import { hashOf, openapiOf } from '../../../src/machinery/openapi/documents.ts';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { addedGroups, reference } from '../reference.ts';
import { scheme, subresources } from '../served.ts';

type Any = Record<string, any>;
const openapi = openapiOf(scheme, subresources);
const v3 = (path: string) => JSON.parse(openapi.v3(path)!) as Any;
const apps = v3('apis/apps/v1');
const v2 = JSON.parse(openapi.v2()) as Any;
const deploymentPath = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
const gvk = { group: 'apps', version: 'v1', kind: 'Deployment' };

describe('index', () => {
  const index = JSON.parse(openapi.index()) as { paths: Record<string, { serverRelativeURL: string }> };
  test('names every group version, by the hash of its document', () => {
    expect(index.paths['apis/apps/v1']?.serverRelativeURL).toBe(`/openapi/v3/apis/apps/v1?hash=${openapi.hash('apis/apps/v1')}`);
    expect(index.paths['api/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{16}$/);
    expect(new Set(Object.values(index.paths).map((each) => each.serverRelativeURL.split('=')[1])).size).toBe(
      Object.keys(index.paths).length,
    );
  });
  test('unknown paths have no document', () => expect(openapi.v3('apis/apps/v9')).toBeUndefined());
  test('a hash changes with the text', () => expect(hashOf('a')).not.toBe(hashOf('b')));
});

describe('what kubectl looks for in version 3', () => {
  test('PATCH carries the kind, fieldValidation, and the strategic merge type', () => {
    const { patch } = apps.paths[deploymentPath];
    expect(patch['x-kubernetes-group-version-kind']).toEqual(gvk);
    expect(patch['x-kubernetes-action']).toBe('patch');
    expect(patch.parameters.map((each: Any) => [each.name, each.in, each.schema.type])).toContainEqual([
      'fieldValidation',
      'query',
      'string',
    ]);
    expect(Object.keys(patch.requestBody.content)).toContain('application/strategic-merge-patch+json');
    for (const method of ['put', 'patch'])
      expect(apps.paths[deploymentPath][method].parameters.map((each: Any) => each.name)).toContain('fieldValidation');
  });

  test('the kind is found by its group, version and kind', () =>
    expect(
      Object.values(apps.components.schemas).filter(
        (each) => JSON.stringify((each as Any)['x-kubernetes-group-version-kind']) === JSON.stringify([gvk]),
      ),
    ).toHaveLength(1));

  test('merge keys', () => {
    const spec = apps.components.schemas['io.k8s.api.core.v1.PodSpec'].properties;
    expect(spec.containers).toMatchObject({
      type: 'array',
      items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Container' },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    expect(spec.volumes['x-kubernetes-patch-strategy']).toBe('merge,retainKeys');
    const { strategy } = apps.components.schemas['io.k8s.api.apps.v1.DeploymentSpec'].properties;
    expect(strategy).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy' }],
      'x-kubernetes-patch-strategy': 'retainKeys',
    });
    expect('$ref' in strategy).toBe(false);
  });

  test('explain finds the kind at its path, and words for it', () => {
    expect(apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments'].get['x-kubernetes-group-version-kind']).toEqual(gvk);
    const schema = apps.components.schemas['io.k8s.api.apps.v1.Deployment'];
    expect(schema.description).toBe(deployments.description);
    for (const name of ['apiVersion', 'kind', 'metadata', 'spec', 'status'])
      expect(schema.properties[name].description).toBeTruthy();
    expect(apps.components.schemas['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'].properties.name.description).toBeTruthy();
  });
});

describe.each([
  ['version 3', apps, '#/components/schemas/', apps.components.schemas],
  ['version 2', v2, '#/definitions/', v2.definitions],
])('%s', (_, document, prefix, schemas) => {
  test('every reference leads somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(50);
    for (const each of new Set(references)) expect(schemas[each.slice(prefix.length)], each).toBeDefined();
  });

  test('operations have names of their own', () => {
    const ids = Object.values(document.paths as Any)
      .flatMap((item) => Object.values(item as Any).map((each) => (each as Any).operationId))
      .filter(Boolean);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the paths of a kind', () => {
    const methods = (path: string) =>
      Object.keys(document.paths[path] ?? {})
        .filter((key) => key !== 'parameters')
        .sort();
    expect(methods('/apis/apps/v1/deployments')).toEqual(['get']);
    expect(methods('/apis/apps/v1/namespaces/{namespace}/deployments')).toEqual(['delete', 'get', 'post']);
    expect(methods(deploymentPath)).toEqual(['delete', 'get', 'patch', 'put']);
    expect(methods(`${deploymentPath}/status`)).toEqual(['get', 'patch', 'put']);
    expect(methods(`${deploymentPath}/scale`)).toEqual(['get', 'patch', 'put']);
    expect(document.paths[`${deploymentPath}/scale`].get['x-kubernetes-group-version-kind']).toEqual({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    });
    expect(document.paths[deploymentPath].parameters.map((each: Any) => each.name)).toEqual(['name', 'namespace', 'pretty']);
  });
});

test('version 2 is a Swagger document', () => {
  expect(v2).toMatchObject({ swagger: '2.0', info: { title: 'Kubernetes' } });
  const { patch } = v2.paths[deploymentPath];
  expect(patch.parameters[0]).toEqual({
    name: 'body',
    in: 'body',
    required: true,
    schema: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Patch' },
  });
  expect(v2.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({ type: 'string', format: 'int-or-string' });
  expect(v2.paths['/api/v1/nodes/{name}'].parameters.map((each: Any) => each.name)).toEqual(['name', 'pretty']);
  expect(v2.paths['/api/v1/namespaces/{namespace}/pods/{name}/exec'].get).toMatchObject({
    'x-kubernetes-action': 'connect',
    operationId: 'connectCoreV1GetNamespacedPodExec',
  });
});

const swagger = reference('swagger-1.36.json');

describe.skipIf(!swagger.present)("against upstream's document", () => {
  const theirs = swagger.present ? (swagger.read() as Any) : { definitions: {}, paths: {} };
  /** Words aside, and what our schema language says differently or not at all. */
  const facts = (schema: Any): unknown => {
    const {
      description: _,
      enum: __,
      default: ___,
      'x-kubernetes-unions': ____,
      'x-kubernetes-list-type': listType,
      ...rest
    } = schema;
    if (rest.properties)
      rest.properties = Object.fromEntries(
        Object.entries(rest.properties)
          .map(([name, each]) => [name, facts(each as Any)])
          .sort(),
      );
    // That every object has metadata, some kinds say and some do not.
    const required = (rest.required ?? []).filter((name: string) => name !== 'metadata').sort();
    delete rest.required;
    // The published document leaves values out, which a server tells.
    if (rest.items?.enum) rest.items = { ...rest.items, enum: undefined };
    if (required.length > 0) rest.required = required;
    // A list of which nothing is said is atomic.
    if (rest.type === 'array') rest['x-kubernetes-list-type'] = listType ?? 'atomic';
    return rest;
  };
  const ours = Object.keys(v2.definitions).filter((name) => theirs.definitions[name]);

  test('our types are theirs', () => {
    expect(ours.length).toBeGreaterThan(100);
    const added = Object.keys(v2.definitions).filter((name) => !theirs.definitions[name]);
    const own = ['io.k8s.metrics.pkg.apis.metrics.v1beta1.', 'dev.hibernetes.automation.v1.'];
    expect(added.filter((name) => !own.some((prefix) => name.startsWith(prefix)))).toEqual([]);
  });

  // Kinds of every group, of which we have fewer; and lists, whose shards are an alpha feature.
  const excepted = (name: string) => /\.(DeleteOptions|WatchEvent|ListMeta)$/.test(name);
  test.each(ours.filter((name) => !excepted(name)))('%s', (name) =>
    expect(facts(v2.definitions[name])).toEqual(facts(theirs.definitions[name])),
  );

  test('operations have their names, actions and kinds', () => {
    for (const [path, item] of Object.entries(v2.paths as Record<string, Any>))
      for (const [method, operation] of Object.entries(item)) {
        if (method === 'parameters' || addedGroups.some((group) => path.startsWith(`/apis/${group}/`))) continue;
        const other = theirs.paths[path]?.[method];
        expect(operation.operationId, `${method} ${path}`).toBe(other?.operationId);
        for (const key of ['x-kubernetes-action', 'x-kubernetes-group-version-kind'])
          expect(operation[key], `${method} ${path}`).toEqual(other[key]);
      }
  });
});
