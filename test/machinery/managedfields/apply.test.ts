import { describe, expect, test } from 'vitest';
import { seededRandom, type Random } from '../../../src/lib/random.ts';
import { StatusError } from '../../../src/machinery/status.ts';
import { apiVersion, thing, World } from './support.ts';

describe('update', () => {
  test('who creates manages all that is there, as the API shows it', () => {
    const world = new World();
    world.update('a', thing({ size: 1, labels: { x: '1' } }));
    expect(world.managers).toEqual([
      {
        manager: 'a',
        operation: 'Update',
        apiVersion,
        time: '2026-05-01T00:00:01Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:size': {}, 'f:labels': { '.': {}, 'f:x': {} } } },
      },
    ]);
    expect(Object.keys(world.managers[0]!)).toEqual(['manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'fieldsV1']);
  });

  test('who changes a field manages it from then on; who removes it leaves it to nobody', () => {
    const world = new World();
    world.update('a', thing({ size: 1, amount: '1', words: ['x'] }));
    world.update('b', thing({ size: 2, amount: '1' }));
    expect([world.paths('a', 'Update'), world.paths('b', 'Update')]).toEqual([['.spec.amount'], ['.spec.size']]);
    world.update('a', thing({ size: 3, amount: '1' }));
    expect(world.entry('b', 'Update')).toBeUndefined();
    expect(world.entry('a', 'Update')?.time).toBe('2026-05-01T00:00:03Z');
  });

  test('nothing changed is nothing written down, time included', () => {
    const world = new World();
    world.update('a', thing({ size: 1 }));
    const before = world.managers;
    world.update('b', thing({ size: 1 }));
    expect(world.managers).toEqual(before);
  });

  test('what is removed only is no reason to move the time', () => {
    const world = new World();
    world.update('a', thing({ size: 1, amount: '1' }));
    world.update('a', thing({ size: 1 }));
    expect([world.paths('a', 'Update'), world.entry('a', 'Update')?.time]).toEqual([['.spec.size'], '2026-05-01T00:00:01Z']);
  });

  test('subresources are managers of their own', () => {
    const world = new World();
    world.update('a', thing({ size: 1 }));
    world.update('a', thing({ size: 1 }, {}, { status: { phase: 'X' } }), 'status');
    expect(world.managers.map(({ subresource, fieldsV1 }) => [subresource, fieldsV1])).toEqual([
      [undefined, { 'f:spec': { 'f:size': {} } }],
      ['status', { 'f:status': { 'f:phase': {} } }],
    ]);
  });

  test('takes fields from who applied them', () => {
    const world = new World();
    world.apply('a', thing({ size: 1, amount: '1' }));
    world.update('a', thing({ size: 2, amount: '1' }));
    expect([world.paths('a'), world.paths('a', 'Update')]).toEqual([['.spec.amount'], ['.spec.size']]);
  });

  test('of an object that nobody is known to manage: stays that way', () => {
    const world = new World();
    world.live = thing({ size: 1 });
    world.update('a', thing({ size: 2 }));
    expect(world.managers).toEqual([]);
  });

  test('with items that cannot be told apart forgets who manages what, rather than to refuse', () => {
    const world = new World();
    world.update('a', thing({ size: 1 }));
    world.update('a', thing({ tags: [{}] }));
    expect(world.managers).toEqual([]);
  });
});

describe('apply', () => {
  test('creates, and claims what is said but nothing that holds it', () => {
    const world = new World();
    world.apply('a', thing({ size: 1, options: { a: '1' }, labels: { x: '1' }, parts: [{ name: 'p' }], words: [], tags: [] }));
    expect(world.paths('a')).toEqual(
      [
        '.spec.size',
        '.spec.words',
        '.spec.labels.x',
        '.spec.options.a',
        '.spec.parts[name="p"]',
        '.spec.parts[name="p"].name',
      ].sort((a, b) => a.split(/\.|\[/).length - b.split(/\.|\[/).length || (a < b ? -1 : 1)),
    );
    expect(world.spec).toEqual({ size: 1, options: { a: '1' }, labels: { x: '1' }, parts: [{ name: 'p' }] });
    expect(world.entry('a')).toMatchObject({ operation: 'Apply', apiVersion, time: '2026-05-01T00:00:01Z' });
  });

  test('takes out what it no longer says, and what nobody else manages of it', () => {
    const world = new World();
    world.apply(
      'a',
      thing({
        size: 1,
        labels: { x: '1', y: '1' },
        options: { a: '1' },
        parts: [{ name: 'p', size: 1 }, { name: 'q' }],
        tags: ['s', 't'],
      }),
    );
    world.update('b', {
      ...world.live!,
      ...thing({ ...(world.spec as object), labels: { x: '1', y: '1', z: '1' } }, world.live!.metadata),
    });
    world.apply('a', thing({ labels: { x: '1' }, parts: [{ name: 'q' }], tags: ['t'] }));
    expect(world.spec).toEqual({ labels: { x: '1', z: '1' }, parts: [{ name: 'q' }], tags: ['t'] });
    expect(world.paths('b', 'Update')).toEqual(['.spec.labels.z']);
  });

  test('leaves an item of which somebody else manages a part, and takes its own out of it', () => {
    const world = new World();
    world.apply('a', thing({ parts: [{ name: 'p', size: 1 }] }));
    world.apply('b', thing({ parts: [{ name: 'p', args: ['x'] }] }));
    world.apply('a', thing({}));
    expect(world.spec).toEqual({ parts: [{ name: 'p', args: ['x'] }] });
    // An empty object claims itself.
    expect(world.paths('a')).toEqual(['.spec']);
    world.apply('a', { ...thing({}), spec: undefined });
    expect(world.entry('a')).toBeUndefined();
    world.apply('b', { ...thing({}), spec: undefined });
    expect(world.spec).toBeUndefined();
  });

  test('what stands in an item that goes, goes with it, also what nobody asked for', () => {
    const world = new World();
    world.apply('a', thing({ parts: [{ name: 'p' }, { name: 'q' }] }));
    (world.live as any).spec.parts[0].size = 7;
    world.apply('a', thing({ parts: [{ name: 'q' }] }));
    expect(world.spec).toEqual({ parts: [{ name: 'q' }] });
  });

  test('does not claim what was filled in, and leaves it', () => {
    const world = new World();
    world.apply('a', thing({ size: 1, parts: [{ name: 'p' }] }));
    (world.live as any).spec.amount = '5';
    (world.live as any).spec.parts[0].size = 7;
    world.apply('a', thing({ parts: [{ name: 'p' }] }));
    expect(world.spec).toEqual({ amount: '5', parts: [{ name: 'p', size: 7 }] });
    expect(world.paths('a')).toEqual(['.spec.parts[name="p"]', '.spec.parts[name="p"].name']);
  });

  test('of the same again moves no time', () => {
    const world = new World();
    const configuration = thing({ size: 1, amount: '1000m', tags: ['a'] });
    world.apply('a', configuration);
    const before = structuredClone(world.live);
    expect(world.spec).toMatchObject({ amount: '1' });
    world.apply('a', configuration);
    expect(world.live).toEqual(before);
  });

  test('of what is there already makes a second manager, without a time', () => {
    const world = new World();
    world.apply('a', thing({ size: 1 }));
    world.apply('b', thing({ size: 1 }));
    expect([world.paths('a'), world.paths('b'), world.entry('b')?.time]).toEqual([['.spec.size'], ['.spec.size'], undefined]);
    world.apply('a', thing({}));
    expect(world.spec).toEqual({ size: 1 });
  });

  test('has no say in the status, and with the status none in the rest', () => {
    const world = new World();
    world.apply('a', thing({ size: 1 }, {}, { status: { phase: 'X' } }));
    expect(world.paths('a')).toEqual(['.spec.size']);
    world.apply('s', thing({ size: 5 }, { labels: { a: 'b' }, annotations: { c: 'd' } }, { status: { phase: 'Y' } }), {
      subresource: 'status',
    });
    expect(world.entry('s')?.subresource).toBe('status');
    expect(world.paths('s')).toEqual(['.metadata.annotations.c', '.status.phase']);
  });

  test('of an object that nobody is known to manage conflicts with whoever made it', () => {
    const world = new World();
    world.live = thing({ size: 1, amount: '1' });
    expect(() => world.apply('a', thing({ size: 2 }))).toThrow(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using example.dev/v1: .spec.size',
    );
    world.apply('a', thing({ size: 1 }));
    expect([world.paths('a'), world.paths('before-first-apply', 'Update')]).toEqual([
      ['.spec.size'],
      ['.spec.amount', '.spec.size'],
    ]);
  });

  test('drops entries of versions that are not served', () => {
    const world = new World();
    world.apply('a', thing({ size: 1 }));
    world.live!.metadata.managedFields!.push({
      manager: 'old',
      operation: 'Update',
      apiVersion: 'example.dev/v0',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:size': {} } },
    });
    world.apply('a', thing({ size: 2 }));
    expect(world.managers.map(({ manager }) => manager)).toEqual(['a']);
  });

  test('says what does not fit the type after all', () => {
    const world = new World();
    expect(() => world.apply('a', thing({ size: 1.5 }))).toThrow(
      /^failed to convert new object \(\/a; example.dev\/v1, Kind=Thing\) to proper version: json: cannot unmarshal number 1.5/,
    );
  });
});

describe('conflicts', () => {
  function conflicting(): World {
    const world = new World();
    world.update('b', thing({ size: 1, parts: [{ name: 'p', size: 1 }] }));
    world.apply('c', thing({ amount: '1' }));
    return world;
  }

  function refusal(run: () => void): StatusError {
    try {
      run();
    } catch (error) {
      if (error instanceof StatusError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  }

  test('name every field and who manages it', () => {
    const world = conflicting();
    const error = refusal(() => world.apply('a', thing({ size: 2, amount: '2', parts: [{ name: 'p', size: 2 }] })));
    expect(error.message).toBe(
      [
        'Apply failed with 3 conflicts: conflicts with "b" using example.dev/v1:',
        '- .spec.size',
        '- .spec.parts[name="p"].size',
        'conflicts with "c":',
        '- .spec.amount',
      ].join('\n'),
    );
    expect(error.toStatus()).toMatchObject({ code: 409, reason: 'Conflict', details: { causes: expect.any(Array) } });
    expect(error.details?.causes?.[2]).toEqual({
      reason: 'FieldManagerConflict',
      message: 'conflict with "c"',
      field: '.spec.amount',
    });
  });

  test('one is said in one line, and a subresource is named', () => {
    const world = conflicting();
    expect(refusal(() => world.apply('a', thing({ amount: '2' }))).message).toBe(
      'Apply failed with 1 conflict: conflict with "c": .spec.amount',
    );
    world.update('d', thing({ ...(world.spec as object), size: 3 }, world.live!.metadata), 'scale');
    expect(refusal(() => world.apply('a', thing({ size: 2 }))).message).toBe(
      'Apply failed with 1 conflict: conflict with "d" with subresource "scale" using example.dev/v1: .spec.size',
    );
  });

  test.each<[string, object]>([
    ['an empty list', { words: [] }],
    ['an empty map', { whole: {} }],
    ['null', { size: null }],
  ])('there is one about %s in the place of what somebody else manages', (_, spec) => {
    const world = new World();
    world.apply('b', thing({ size: 1, words: ['x'], whole: { a: '1' } }));
    const field = Object.keys(spec)[0]!;
    const message = `Apply failed with 1 conflict: conflict with "b": .spec.${field}`;
    expect(refusal(() => world.apply('a', thing(spec))).message).toBe(message);
    world.apply('a', thing(spec), { force: true });
    expect(world.spec).not.toHaveProperty(field);
    expect(world.paths('b')).not.toContain(`.spec.${field}`);
  });

  test('there is none about a map or list that its applier empties of its own', () => {
    const world = new World();
    world.apply('a', thing({ labels: { x: '1' }, tags: ['t'] }));
    world.apply('b', thing({ labels: {} }));
    world.apply('a', thing({ labels: {}, tags: [] }));
    expect(world.spec).toEqual({});
  });

  test('force takes the fields over', () => {
    const world = conflicting();
    world.apply('a', thing({ size: 2, amount: '2' }), { force: true });
    expect(world.entry('c')).toBeUndefined();
    expect(world.paths('b', 'Update')).not.toContain('.spec.size');
    expect(world.paths('a')).toEqual(['.spec.amount', '.spec.size']);
  });

  test('there is none about the same value, in other words', () => {
    const world = conflicting();
    world.apply('a', thing({ size: 1, amount: '1000m' }));
    expect(world.paths('a')).toEqual(['.spec.amount', '.spec.size']);
  });
});

test('whatever is applied is there, claimed, and applying it again changes nothing', () => {
  const seed = Math.floor(Math.random() * 1e9);
  console.log(`seed ${seed}`);
  const random = seededRandom(seed);
  for (let i = 0; i < 200; i++) {
    const world = new World();
    for (let step = 0; step < 8; step++) {
      const name = pick(random, ['a', 'b', 'c']);
      const spec = randomSpec(random);
      if (random.next() < 0.3) world.update(name, thing(spec, world.live?.metadata));
      else {
        world.apply(name, thing(spec), { force: true });
        const after = structuredClone(world.live);
        world.apply(name, thing(spec));
        expect({ seed, live: world.live }).toEqual({ seed, live: after });
        for (const [key, value] of Object.entries(spec))
          if (key !== 'parts' && key !== 'labels' && key !== 'tags')
            expect({ seed, spec: world.spec }).toMatchObject({ seed, spec: { [key]: value } });
        for (const part of spec.parts)
          expect({ seed, parts: (world.spec as any).parts }).toMatchObject({
            seed,
            parts: expect.arrayContaining([expect.objectContaining(part)]),
          });
      }
      // After the last manager has left, nobody is tracked until the next apply.
      if (world.managers.length === 0) continue;
      // What nobody has left is gone: what is there is somebody's, list items and maps aside.
      for (const [key, value] of Object.entries((world.spec as any)?.labels ?? {})) {
        const path = `.spec.labels.${key}`;
        expect({
          seed,
          path,
          value,
          owners: world.managers.filter((entry) => JSON.stringify(entry.fieldsV1).includes(`"f:${key}"`)).length,
        }).not.toMatchObject({ owners: 0 });
      }
    }
  }
});

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random.next() * values.length)]!;

function randomSpec(random: Random) {
  const some = <T>(values: readonly T[]) => values.filter(() => random.next() < 0.5);
  return {
    ...(random.next() < 0.5 && { size: Math.floor(random.next() * 3) }),
    ...(random.next() < 0.5 && { words: some(['x', 'y']).concat('z') }),
    labels: Object.fromEntries(some(['k', 'l', 'm']).map((key) => [key, pick(random, ['1', '2'])])),
    tags: some(['r', 's', 't']),
    parts: some(['p', 'q']).map((name) => ({ name, ...(random.next() < 0.5 && { size: Math.floor(random.next() * 3) }) })),
  };
}
