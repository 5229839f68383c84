import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import { decodeBody, decodeValue } from '../../src/machinery/decode.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';
import { applyJsonPatch } from '../../src/machinery/patch/json.ts';
import { applyMergePatch } from '../../src/machinery/patch/merge.ts';
import { applyStrategicMergePatch } from '../../src/machinery/patch/strategic.ts';
import { copyPlain, type Plain } from '../../src/machinery/plain.ts';
import { parseProtobufBody } from '../../src/machinery/protobuf/body.ts';
import { resolve, type ObjectSchema, type Schema } from '../../src/machinery/schema.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { encodingsOf, protobuf } from '../../src/server/http/protobuf.ts';
import { jsonDiff, mergeDiff, strategicDiff } from '../support/diffs.ts';
import { diceOf, type Dice } from '../support/dice.ts';
import { examples } from '../support/examples.ts';
import { changed, isPlain, valueOf } from '../support/schema-values.ts';
import { testCluster } from './support/cluster.ts';

// What must hold for every object of every kind. `SEED=…` makes the same objects again, `ROUNDS=…` more of them.
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const rounds = Number(process.env['ROUNDS'] ?? 12);
const dicesOf = (salt: number) =>
  Array.from({ length: rounds }, (_, i) => diceOf(seededRandom(seed + 1_009 * salt + 100_003 * i)));
const kinds = builtinResources.map((resource, i) => ({ resource, name: `${resource.apiVersion} ${resource.kind}`, salt: i }));

const withMeta = ({ apiVersion, kind }: { apiVersion: string; kind: string }, value: unknown): Plain => ({
  ...(value as Plain),
  apiVersion,
  kind,
  metadata: { name: 'a' },
});

describe(`patches (seed ${seed})`, () => {
  it.each(kinds)('make of one object another: $name', ({ resource, salt }) => {
    const schema = resource.schema as ObjectSchema;
    for (const dice of dicesOf(salt)) {
      const from = withMeta(resource, valueOf(schema, dice));
      const to = withMeta(resource, changed(schema, from, dice));
      const before = copyPlain(from);
      expect(applyMergePatch(from, mergeDiff(from, to))).toEqual(to);
      expect(applyJsonPatch(from, jsonDiff(from, to))).toEqual(to);
      expect(applyStrategicMergePatch(schema, from, strategicDiff(schema, from, to))).toEqual(to);
      expect(from).toEqual(before);
    }
  });
});

describe(`objects (seed ${seed})`, () => {
  it.each(kinds)('are the same once they were read, however they travel: $name', ({ resource, salt }) => {
    const schema = resource.schema as ObjectSchema;
    for (const dice of dicesOf(salt)) {
      const sent = withMeta(resource, valueOf(schema, dice));
      const read = decodeBody(resource, JSON.stringify(sent));
      expect(decodeBody(resource, JSON.stringify(read))).toEqual(read);
      expect(decodeValue(resource, copyPlain(read))).toEqual(read);
      if (!encodingsOf(schema).includes('protobuf')) continue;
      // The first trip makes the same what Go cannot tell apart.
      const trip = (object: object) =>
        decodeValue(resource, parseProtobufBody(protobuf, resource, protobuf.encode(schema, object as KubeObject)));
      const first = trip(read);
      expect(trip(first)).toEqual(first);
    }
  });

  it.each(kinds)('have all their defaults after the first time: $name', ({ resource, salt }) => {
    for (const dice of dicesOf(salt)) {
      const once = decodeBody(resource, JSON.stringify(withMeta(resource, valueOf(resource.schema, dice)))) as KubeObject;
      resource.strategy.defaults?.(once);
      const twice = copyPlain(once);
      resource.strategy.defaults?.(twice);
      expect(twice).toEqual(once);
    }
  });
});

describe(`strategies (seed ${seed})`, () => {
  const context = { now: new Date('2026-05-01T12:00:00Z'), random: seededRandom(seed) };
  const nothing = { get: () => undefined, list: () => [] };

  it.each(examples)('look at whatever can be decoded, required fields or not: $path', ({ resource, object: example }) => {
    const { strategy, columns, schema } = resource;
    const old = decodeBody(resource, JSON.stringify(example())) as KubeObject;
    strategy.defaults?.(old);
    strategy.prepareForCreate?.(old, context);
    for (const dice of dicesOf(example().kind.length).flatMap((each) => [each, each, each, each])) {
      const wild = dice.once(2) ? valueOf(schema, dice) : changed(schema, example(), dice);
      const object = decodeBody(resource, JSON.stringify(withMeta(resource, without(schema, wild, dice)))) as KubeObject;
      strategy.defaults?.(object);
      const [created, updated, reported] = [copyPlain(object), copyPlain(object), copyPlain(object)];
      created.metadata.uid = 'uid';
      strategy.prepareForCreate?.(created, context);
      const errors = [
        ...(strategy.allocate?.(created, undefined, nothing, context) ?? []),
        ...(strategy.validate?.(created) ?? []),
        ...(strategy.validateCreate?.(created) ?? []),
      ];
      // Upstream says of some fields that they should be undefined.
      for (const { message } of errors) expect(message.replace(/(?:be|or) undefined/g, '')).not.toMatch(/undefined|\[object|NaN/);
      if (errors.length === 0) strategy.warnings?.(created);
      strategy.prepareForUpdate?.(updated, old, context);
      strategy.allocate?.(updated, old, nothing, context);
      strategy.validate?.(updated);
      strategy.validateUpdate?.(updated, old);
      strategy.prepareForStatusUpdate?.(reported, old, context);
      strategy.validateStatusUpdate?.(reported, old);
      if (errors.length > 0) continue;
      for (const column of columns) column.cell(created, context.now);
      for (const select of Object.values(resource.selectableFields)) select(created);
    }
  });
});

/** The value without some of its fields, required or not. */
function without(schema: Schema, value: unknown, dice: Dice): unknown {
  const node = resolve(schema);
  if (Array.isArray(value)) return node.kind === 'list' ? value.map((item) => without(node.items, item, dice)) : value;
  if (!isPlain(value)) return value;
  const kept = Object.entries(value).filter(() => !dice.once(5));
  return Object.fromEntries(
    kept.map(([name, each]) => {
      const child = node.kind === 'object' ? node.fields[name]?.schema : node.kind === 'map' ? node.values : undefined;
      return [name, child ? without(child, each, dice) : each];
    }),
  );
}

/**
 * A part of what was sent, and nothing that is stored otherwise: what is one value to server-side apply and has been filled
 * up since is another value, which the server would take from who sent it first. Undefined if nothing is left.
 */
function partOf(schema: Schema, sent: unknown, stored: unknown, dice: Dice): unknown {
  const node = resolve(schema);
  if (node.kind === 'list' && node.listType === 'map' && Array.isArray(sent) && Array.isArray(stored)) {
    const keysIn = (item: Plain) =>
      Object.fromEntries((node.mapKeys ?? []).filter((key) => key in item).map((key) => [key, item[key]]));
    return sent.map((item: Plain, i) => ({ ...(partOf(node.items, item, stored[i], dice) as Plain), ...keysIn(item) }));
  }
  if (node.kind !== 'object' || node.atomic || !isPlain(sent) || !isPlain(stored))
    return isDeepStrictEqual(sent, stored) ? sent : undefined;
  const parts = Object.entries(sent)
    .filter(() => dice.once(2))
    .map(([name, each]) => [name, node.fields[name] && partOf(node.fields[name].schema, each, stored[name], dice)]);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

const content = ({ metadata, ...rest }: KubeObject) => {
  const { managedFields: _, resourceVersion: __, generation: ___, ...kept } = metadata;
  return { ...rest, metadata: kept };
};

describe(`the server (seed ${seed})`, () => {
  it('changes nothing that is written back, applied twice, or applied and taken back', { timeout: 60_000 }, async () => {
    const { ok } = await testCluster();
    const apply = { headers: { 'content-type': 'application/apply-patch+yaml' } };
    for (const [i, { resource, collection, path, object }] of examples.entries()) {
      const created = (await ok('POST', collection, object())) as KubeObject;
      expect(await ok('PUT', path, created)).toEqual(created);
      for (const dice of dicesOf(i).slice(0, 3)) {
        // Of what was sent: what the server filled in is nobody's, and goes with who takes it back.
        const { apiVersion, kind, status: _, ...rest } = object() as KubeObject & { status?: unknown };
        const { metadata } = created;
        const identity = { apiVersion, kind, metadata: { name: metadata.name } };
        const part = partOf(resource.schema, rest, created, dice) as Plain;
        const labelled = { ...part, ...identity, metadata: { ...identity.metadata, labels: { applied: 'yes' } } };
        const send = (configuration: object) => ok('PATCH', `${path}?fieldManager=me&force=true`, configuration, apply);
        const applied = (await send(labelled)) as KubeObject;
        if (resource.hasSpec) expect(applied.metadata.generation).toBe(metadata.generation);
        expect(content(applied)).toEqual({
          ...content(created),
          metadata: { ...content(created).metadata, labels: { ...metadata.labels, applied: 'yes' } },
        });
        expect(await send(labelled)).toEqual(applied);
        expect(content(await send(identity))).toEqual(content(created));
      }
    }
  });
});
