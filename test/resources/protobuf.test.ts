import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import {
  DeleteOptionsSchema,
  listSchemaOf,
  PartialObjectMetadataSchema,
  StatusSchema,
} from '../../src/machinery/openapi/common.ts';
import { createProtobufCodec } from '../../src/machinery/protobuf/codec.ts';
import { besideOf, parseFacts } from '../../src/machinery/protobuf/facts.ts';
import { resolve, type ObjectSchema, type Schema } from '../../src/machinery/schema.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { automationGroup } from '../../src/resources/automation/subscription.ts';
import { protobufFacts } from '../../src/resources/protobuf/index.ts';
import { bindingKind } from '../../src/server/subresources/binding.ts';
import { evictionKind } from '../../src/server/subresources/eviction.ts';
import { TokenRequestSchema } from '../../src/resources/authentication/tokenrequest.ts';
import { scaleKind } from '../../src/server/subresources/scale.ts';

/**
 * Metrics are served as text only: the window of a measurement is a message in protobuf, which no schema says. So are kinds of
 * our own, as custom resources are.
 */
const kinds = builtinResources
  .filter(({ group }) => group !== 'metrics.k8s.io' && group !== automationGroup)
  .map(({ schema }) => schema as ObjectSchema);

/** Everything that can be a body or an answer. */
const roots = [
  ...kinds,
  ...kinds.map((kind) => listSchemaOf(kind)),
  bindingKind.schema,
  evictionKind.schema,
  scaleKind.schema,
  ...[DeleteOptionsSchema, PartialObjectMetadataSchema, StatusSchema, TokenRequestSchema].map(
    (schema) => schema as ObjectSchema,
  ),
];

/** Every type that a root is made of. */
const types = new Map<string, ObjectSchema>();
const collect = (schema: Schema): void => {
  const node = resolve(schema);
  if (node.kind === 'list') return collect(node.items);
  if (node.kind === 'map') return collect(node.values);
  if (node.kind !== 'object' || types.has(node.name)) return;
  types.set(node.name, node as ObjectSchema);
  for (const field of Object.values(node.fields)) collect(field.schema);
};
roots.forEach(collect);

/** The names of a message's fields, those of inlined messages included. */
function fieldNames(definition: string): string[] {
  return parseFacts(protobufFacts(definition)!).flatMap(({ name, inlined }) =>
    inlined ? fieldNames(besideOf(definition, name)) : [name],
  );
}

/** Type meta is in the envelope, except where a type refers to another object. */
const isTypeMeta = (name: string) => name === 'apiVersion' || name === 'kind';
const rootNames = new Set(roots.map(({ name }) => name));

describe('field numbers', () => {
  it.each([...types.values()])('of $name', ({ name, fields }) => {
    expect(protobufFacts(name)).toBeDefined();
    const known = fieldNames(name);
    expect(Object.keys(fields).filter((field) => !known.includes(field) && !(rootNames.has(name) && isTypeMeta(field)))).toEqual(
      [],
    );
    const numbers = parseFacts(protobufFacts(name)!).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('of nothing else', () => {
    expect(protobufFacts('dev.example.v1.Widget')).toBeUndefined();
    expect(protobufFacts('dev.example.v1.WidgetList')).toBeUndefined();
    expect(protobufFacts('io.k8s.api.core.v1.toString')).toBeUndefined();
    expect(protobufFacts('io.k8s.api.core.v1.PodList')).toBe('metadata=1 items=2');
  });
});

describe('objects', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random.next() * limit);
  const codec = createProtobufCodec(protobufFacts);
  const texts = ['a', 'kube-system', 'ünïcödé', '😀'.repeat(20), 'x'.repeat(60), 'node.kubernetes.io/unreachable'];
  const some = <T>(values: readonly T[]): T => values[below(values.length)]!;

  const selfHolding = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
  const depthMax = 7;

  /** A value of the schema; `sparse` ones lack fields and have zeros. */
  function valueOf(schema: Schema, sparse: boolean, depth = 0): unknown {
    const inner = (below: Schema) => valueOf(below, sparse, depth + 1);
    const node = resolve(schema);
    const isZero = sparse && below(4) === 0;
    switch (node.kind) {
      case 'string':
        if (node.format === 'date-time') return new Date(below(2 ** 31) * 1000).toISOString().replace('.000Z', 'Z');
        if (node.format === 'micro-time')
          return new Date(below(2 ** 31) * 1000).toISOString().replace('.000Z', `.${String(below(1e6)).padStart(6, '0')}Z`);
        if (node.format === 'byte') return btoa(String.fromCharCode(...Array.from({ length: 1 + below(9) }, () => below(256))));
        return isZero ? '' : some(texts);
      case 'integer':
        return isZero
          ? 0
          : some([
              1,
              -1,
              300,
              2 ** 31 - 1,
              -(2 ** 31),
              ...(node.format === 'int64' ? [2 ** 40, 2 ** 53 - 1, -(2 ** 53 - 1)] : []),
            ]);
      case 'boolean':
        return !isZero;
      case 'quantity':
        return some(['100m', '1Gi', '0', '12']);
      case 'int-or-string':
        return some([80, 'http', '25%', -1]);
      case 'number':
        return isZero ? 0 : some([1.5, -2, 1e100]);
      case 'any':
        if (node.either) return inner(depth % 2 ? node.either.or : node.either.object);
        return { 'f:metadata': { '.': {}, n: below(100) } };
      case 'list':
        return Array.from({ length: sparse ? below(3) : 2 }, () => inner(node.items));
      case 'map':
        return Object.fromEntries(
          Array.from({ length: sparse ? below(3) : 2 }, (_, i) => [`key-${i}`, inner(node.values)]),
        );
      case 'object':
        return Object.fromEntries(
          Object.entries(node.fields)
            .filter(([name]) => !(rootNames.has(node.name) && isTypeMeta(name)))
            .filter(() => !sparse || below(3) > 0)
            // Some types hold themselves.
            .filter(() => depth < depthMax || node.name !== selfHolding)
            .map(([name, field]) => [name, inner(field.schema)]),
        );
    }
  }

  const typeMeta = { apiVersion: 'x/v1', kind: 'X' };
  const roundTrip = (schema: ObjectSchema, object: object) => {
    const data = codec.encode(schema, { ...typeMeta, ...object });
    return { data, decoded: codec.decode(schema, codec.open(data).message) };
  };

  it.each(roots)(`come back as they were: $name (seed ${seed})`, (schema) => {
    // Nothing is missing or zero, so nothing may change.
    const full = valueOf(schema, false) as object;
    expect(roundTrip(schema, full).decoded).toEqual(full);
    // What Go cannot tell apart is made the same by the first trip. After that nothing may change.
    for (let i = 0; i < 20; i++) {
      const first = roundTrip(schema, valueOf(schema, true) as object);
      const second = roundTrip(schema, first.decoded);
      expect(second.data).toEqual(first.data);
      expect(second.decoded).toEqual(first.decoded);
    }
  });
});
