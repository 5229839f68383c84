import { describe, expect, test } from 'vitest';
import { lastAppliedAnnotation } from '../../../src/machinery/managedfields/last-applied.ts';
import { thing, World } from './support.ts';

/** A thing as client-side apply makes it. */
function applied(spec: object, annotation: unknown = thing(spec)): World {
  const world = new World();
  const text = typeof annotation === 'string' ? annotation : JSON.stringify(annotation);
  world.update('kubectl-client-side-apply', thing(spec, { annotations: { [lastAppliedAnnotation]: text } }));
  return world;
}

describe('the annotation of client-side apply', () => {
  test('lets kubectl change what it applied before, and nobody else', () => {
    const world = applied({ size: 1, amount: '1' });
    expect(() => world.apply('other', thing({ size: 2 }))).toThrow('conflict with "kubectl-client-side-apply"');
    world.apply('kubectl', thing({ size: 2 }));
    expect(world.spec).toEqual({ size: 2, amount: '1' });
    expect(world.paths('kubectl')).toEqual(['.spec.size']);
  });

  test('is kept up to date', () => {
    const world = applied({ size: 1 });
    world.apply('kubectl', thing({ size: 2 }, { annotations: { other: 'x', [lastAppliedAnnotation]: 'old' } }), { force: true });
    const text = world.live!.metadata.annotations![lastAppliedAnnotation];
    expect(text).toBe(
      '{"apiVersion":"example.dev/v1","kind":"Thing","metadata":{"annotations":{"other":"x"},"name":"a"},"spec":{"size":2}}\n',
    );
  });

  test('is not made where there is none, nor kept for other managers', () => {
    const world = new World();
    world.apply('kubectl', thing({ size: 1 }));
    expect(world.live!.metadata.annotations).toBeUndefined();
    const old = applied({ size: 1 });
    const before = old.live!.metadata.annotations;
    old.apply('other', thing({ size: 2 }), { force: true });
    expect(old.live!.metadata.annotations).toEqual(before);
  });

  test('is left out if it would be too large', () => {
    const world = applied({ size: 1 });
    world.apply('kubectl', thing({ words: ['x'.repeat(300_000)] }));
    expect(world.live!.metadata.annotations).toEqual({});
  });

  test('does not cover what somebody changed since', () => {
    const world = applied({ size: 1, amount: '1' });
    world.update('b', thing({ size: 5, amount: '1' }, world.live!.metadata));
    expect(() => world.apply('kubectl', thing({ size: 2, amount: '2' }))).toThrow(
      'Apply failed with 1 conflict: conflict with "b" using example.dev/v1: .spec.size',
    );
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['of another version', { ...thing({ size: 1 }), apiVersion: 'v1' }],
    ['of fields that are gone', thing({ size: 1, old: 1 })],
    ['empty', ''],
  ])('is of no use if it is %s', (_, annotation) =>
    expect(() => applied({ size: 1 }, annotation).apply('kubectl', thing({ size: 2 }))).toThrow('Apply failed with 1 conflict'),
  );
});
