import { describe, expect, it } from 'vitest';
import { kindSchema } from '../../src/machinery/meta.ts';
import { defineResource, type AnyResource } from '../../src/machinery/resource.ts';
import { int32, object, string } from '../../src/machinery/schema.ts';
import { fieldInvalid } from '../../src/machinery/status.ts';
import { testCluster } from './support/cluster.ts';

const schema = kindSchema('dev.example.v1.Thing', {
  spec: object('dev.example.v1.ThingSpec', { size: int32, number: int32 }),
  status: object('dev.example.v1.ThingStatus', { phase: string }),
});
const path = '/apis/example.dev/v1/namespaces/default/things';

/** A kind that tells what is asked of its strategy, and finds fault with a size of 13. */
function recordingKind() {
  const calls: string[] = [];
  const faults = (where: string) => (thing: any) => {
    calls.push(where);
    return thing.spec?.size === 13 || thing.status?.phase === 'bad' ? [fieldInvalid(where, 13, 'no')] : [];
  };
  const note = (where: string) => () => void calls.push(where);
  const things: AnyResource = defineResource<any>({
    group: 'example.dev',
    version: 'v1',
    kind: 'Thing',
    plural: 'things',
    namespaced: true,
    description: 'For tests.',
    schema,
    strategy: {
      createsOnUpdate: true,
      defaultPropagation: 'Orphan',
      defaults: note('defaults'),
      prepareForCreate: note('prepareForCreate'),
      prepareForUpdate: note('prepareForUpdate'),
      prepareForStatusUpdate: note('prepareForStatusUpdate'),
      allocate: (thing, old, reader) => {
        if (!old) thing.spec = { ...thing.spec, number: reader.list(things, 'default').length + 1 };
        return faults('allocate')(thing);
      },
      validate: faults('validate'),
      validateCreate: faults('validateCreate'),
      validateUpdate: faults('validateUpdate'),
      validateStatusUpdate: faults('validateStatusUpdate'),
      warnings: (thing) => (thing.spec?.size > 100 ? ['spec.size: that is large'] : []),
    },
    columns: [],
  });
  return { things, calls };
}

async function withThings() {
  const { things, calls } = recordingKind();
  const cluster = await testCluster({ resources: [things] });
  return { ...cluster, calls, thing: (size: number, name = 't') => ({ metadata: { name }, spec: { size } }) };
}

describe('a strategy', () => {
  it('is asked in its order', async () => {
    const { ok, calls, thing } = await withThings();
    await ok('POST', path, thing(1));
    expect(calls.splice(0)).toEqual(['defaults', 'prepareForCreate', 'allocate', 'validate', 'validateCreate']);
    await ok('PUT', `${path}/t`, thing(2));
    expect(calls.splice(0)).toEqual(['defaults', 'prepareForUpdate', 'allocate', 'validate', 'validateUpdate']);
    await ok('PUT', `${path}/t/status`, { ...thing(3), status: { phase: 'good' } });
    expect(calls.splice(0)).toEqual(['defaults', 'prepareForStatusUpdate', 'validateStatusUpdate']);
  });

  it('tells every fault at once', async () => {
    const { ok, request, thing } = await withThings();
    const fields = (answer: any) => answer.body.details.causes.map((cause: any) => cause.field);
    expect(fields(await request('POST', path, thing(13)))).toEqual(['allocate', 'validate', 'validateCreate']);
    await ok('POST', path, thing(1));
    expect(fields(await request('PUT', `${path}/t`, thing(13)))).toEqual(['allocate', 'validate', 'validateUpdate']);
    expect(fields(await request('PUT', `${path}/t/status`, { ...thing(1), status: { phase: 'bad' } }))).toEqual([
      'validateStatusUpdate',
    ]);
  });

  it('gives out what is unique, seeing every write before it', async () => {
    const { ok, thing } = await withThings();
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((name) => ok('POST', path, thing(1, name))));
    expect(made.map((each) => each.spec.number)).toEqual([1, 2, 3, 4]);
  });

  it('warns', async () => {
    const { request, thing } = await withThings();
    expect((await request('POST', path, thing(101))).headers.get('warning')).toBe('299 - "spec.size: that is large"');
    expect((await request('PUT', `${path}/t`, thing(102))).headers.get('warning')).toBe('299 - "spec.size: that is large"');
  });

  it('lets updates create, in a namespace that is there', async () => {
    const { request, thing } = await withThings();
    expect((await request('PUT', `${path}/t`, thing(1))).status).toBe(201);
    expect((await request('PUT', `${path.replace('default', 'none')}/t`, thing(1))).body.message).toBe(
      'namespaces "none" not found',
    );
    expect((await request('PUT', `${path}/u`, { metadata: { name: 'u', resourceVersion: '5' } })).status).toBe(409);
    expect((await request('PUT', `${path}/u`, { metadata: { name: 'u', uid: 'x' } })).status).toBe(409);
    expect((await request('PUT', `${path}/u/status`, thing(1, 'u'))).status).toBe(404);
  });

  it('orphans dependents by default, if it says so', async () => {
    const { ok, thing } = await withThings();
    await ok('POST', path, thing(1));
    expect((await ok('DELETE', `${path}/t`)).metadata.finalizers).toEqual(['orphan']);
  });
});
