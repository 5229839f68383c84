import { describe, expect, it } from 'vitest';
import { Meter } from '../../src/cel/meter.ts';
import { declaredOf, dynDeclared, objectDeclared } from '../../src/cel/types/declared.ts';
import { LazyObject } from '../../src/cel/values/lazy.ts';
import { program } from './support.ts';

// As the variables of a policy: each is a program of its own, and all are charged to one meter.

const object = { spec: { replicas: 3 } };

function evaluate(text: string, definitions: Record<string, string>, meter = new Meter()): { value: unknown; runs: string[] } {
  const runs: string[] = [];
  const programs = Object.entries(definitions).map(([name, definition]) => {
    return [name, program(definition, { variables: { object: dynDeclared } })] as const;
  });
  const types = new Map(programs.map(([name, { outputType }]) => [name, declaredOf(outputType)]));
  const declared = objectDeclared('kubernetes.variables', (name) => types.get(name));
  const fields = programs.map(([name, defined]) => {
    const field = () => {
      runs.push(name);
      return defined.evaluate({ object }, meter);
    };
    return [name, field] as const;
  });
  const variables = new LazyObject(Object.fromEntries(fields), declared);
  return { value: program(text, { variables: { variables: declared } }).evaluate({ variables }, meter), runs };
}

describe('fields that are worked out when they are asked for', () => {
  it('are worked out once, and not at all if nobody asks', () => {
    const definitions = { replicas: 'object.spec.replicas', other: 'object.nope' };
    expect(evaluate('variables.replicas == 3 && variables.replicas > 1', definitions)).toEqual({ value: true, runs: ['replicas'] });
    expect(evaluate('true || variables.other', { other: 'object.nope' }).runs).toEqual([]);
  });

  it('have types', () => {
    expect(() => evaluate("variables.n + 'a'", { n: '1' })).toThrow("found no matching overload for '_+_' applied to '(int, string)'");
    expect(() => evaluate('variables.m', { n: '1' })).toThrow("undefined field 'm'");
  });

  it('fail where they are used', () => {
    const definitions = { bad: 'object.nope == 1' };
    expect(() => evaluate('variables.bad', definitions)).toThrow(
      'composited variable "bad" fails to evaluate: no such key: nope',
    );
    expect(evaluate('variables.bad || true', definitions).value).toBe(true);
  });

  it('are charged to the meter they share, which ends everything', () => {
    const meter = new Meter();
    evaluate('variables.n + 1', { n: 'object.spec.replicas' }, meter);
    expect(meter.cost).toBe(6);
    expect(() => evaluate('variables.n + 1 == 4 || true', { n: 'object.spec.replicas' }, new Meter(2))).toThrow('cost limit exceeded');
  });
});
