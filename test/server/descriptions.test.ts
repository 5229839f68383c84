import { describe, expect, test } from 'vitest';
import { createScheme } from '../../src/machinery/scheme.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { documentsOf } from '../../src/server/endpoints/openapi.ts';
import { reference } from '../machinery/reference.ts';

// What `kubectl explain` tells of the built-in kinds: all of it comes from the schemas by OpenAPI.

interface Property {
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  items?: { enum?: readonly string[] };
}
type Components = Record<string, { properties?: Record<string, Property> } | undefined>;

const scheme = createScheme(builtinResources);
const { openapi } = documentsOf(scheme);
const paths = Object.keys((JSON.parse(openapi.index()) as { paths: object }).paths);
const documents = paths.map((path) => JSON.parse(openapi.v3(path)!) as { components: { schemas: Components } });
const components: Components = Object.assign({}, ...documents.map((document) => document.components.schemas));
const fields = Object.entries(components).flatMap(([type, schema]) =>
  Object.entries(schema?.properties ?? {}).map(([name, property]) => ({ type, name, at: `${type}.${name}`, ...property })),
);
const property = (type: string, name: string) => components[type]?.properties?.[name];
const shown = (some: typeof fields) => some.map(({ at, description }) => `${at}: ${description}`);

describe('descriptions', () => {
  test('every field of every type has one', () => {
    expect(fields.length).toBeGreaterThan(1900);
    expect(fields.filter((each) => !each.description).map(({ at }) => at)).toEqual([]);
  });

  test('are short sentences', () =>
    expect(shown(fields.filter(({ description = '' }) => !/^\S.{1,158}[.]$/.test(description)))).toEqual([]));

  test('are ASCII: one other character doubles what a document takes in memory', () =>
    expect(paths.filter((path) => /[^ -~]/.test(openapi.v3(path)!))).toEqual([]));

  test('are in memory once for all clusters', () => expect(documentsOf(scheme)).toBe(documentsOf(scheme)));
});

describe('values', () => {
  test('of strings, and of the strings in lists', () => {
    const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
    expect(property('io.k8s.api.core.v1.ServiceSpec', 'type')?.enum).toEqual(types);
    expect(property('io.k8s.api.networking.v1.NetworkPolicySpec', 'policyTypes')?.items?.enum).toEqual(['Egress', 'Ingress']);
  });

  test('include the default', () => {
    const both = fields.filter((each) => each.enum && each.default !== undefined);
    expect(both.length).toBeGreaterThan(3);
    for (const each of both) expect(each.enum, each.at).toContain(each.default);
  });
});

const swagger = reference('swagger-1.36.json');

describe.skipIf(!swagger.present)("upstream's document", () => {
  const theirs = swagger.present ? (swagger.read() as { definitions: Components }).definitions : {};

  test('is not where the sentences come from', () => {
    const words = (text = '') =>
      text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, ' ')
        .trim();
    const copied = fields.filter(({ type, name, description = '' }) => {
      const other = words(theirs[type]?.properties?.[name]?.description);
      const sentences = description.split(/(?<=\.)\s+/).map(words);
      return sentences.some((sentence) => sentence.split(' ').length > 7 && other.includes(sentence));
    });
    expect(shown(copied)).toEqual([]);
  });
});
