import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath } from './support/cluster.ts';

const everywhere = '/apis/example.dev/v1/widgets';
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const names = (list: any) => list.items.map((item: any) => item.metadata.name);

async function changing() {
  const cluster = await testCluster();
  await cluster.ok('POST', widgetPath, widget('a', { metadata: { labels: { old: 'yes' } }, spec: { size: 1 } }));
  await cluster.ok('POST', widgetPath, widget('b', { spec: { size: 1 } }));
  const past = cluster.api.store.revision;
  const a = await cluster.ok('GET', `${widgetPath}/a`);
  await cluster.ok('PUT', `${widgetPath}/a`, { ...a, metadata: { ...a.metadata, labels: {} }, spec: { ...a.spec, size: 2 } });
  await cluster.ok('DELETE', `${widgetPath}/b`);
  await cluster.ok('POST', widgetPath, widget('c', { spec: { size: 3 } }));
  return { ...cluster, past, a };
}

describe('asOf', () => {
  it('shows objects and lists as they were', async () => {
    const { ok, request, past, a } = await changing();
    expect(await ok('GET', `${widgetPath}/a?asOf=${past}`)).toEqual(a);
    expect(await ok('GET', `${widgetPath}/b?asOf=${past}`)).toMatchObject({ spec: { size: 1 } });
    expect((await request('GET', `${widgetPath}/c?asOf=${past}`)).status).toBe(404);
    const list = await ok('GET', `${widgetPath}?asOf=${past}`);
    expect(names(list)).toEqual(['a', 'b']);
    expect(list.metadata.resourceVersion).toBe(String(past));
    expect(names(await ok('GET', `${everywhere}?asOf=${past}&labelSelector=old%3Dyes`))).toEqual(['a']);
    expect(names(await ok('GET', `${everywhere}?asOf=${past}&fieldSelector=metadata.name%3Db`))).toEqual(['b']);
    expect(names(await ok('GET', widgetPath))).toEqual(['a', 'c']);
  });

  it('takes a time, and shows pages of one state', async () => {
    const { ok, past, api } = await changing();
    api.store.revisionAt = async () => past;
    const first = await ok('GET', `${widgetPath}?asOf=2026-05-01T11:00:00Z&limit=1`);
    expect(names(first)).toEqual(['a']);
    const second = await ok('GET', `${widgetPath}?asOf=2026-05-01T11:00:00Z&limit=1&continue=${first.metadata.continue}`);
    expect(names(second)).toEqual(['b']);
    expect(names(await ok('GET', `${widgetPath}?asOf=2026-05-01T12:00:00.5%2B01:00`))).toEqual(['a', 'b']);
  });

  it('shows tables and metadata', async () => {
    const { request, past } = await changing();
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await request('GET', `${widgetPath}?asOf=${past}`, undefined, { headers: { accept } });
    expect(table.body).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 1, expect.anything()] }, { cells: ['b', 1, expect.anything()] }] });
    const metadata = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
    expect((await request('GET', `${widgetPath}/a?asOf=${past}`, undefined, { headers: { accept: metadata } })).body.kind).toBe('PartialObjectMetadata');
  });

  it.each(['yesterday', '0', '-1', '1.5', '', '2026-05-01', '2026-05-01T11:00:00', '2026-13-01T00:00:00Z', '99999', '2027-01-01T00:00:00Z'])(
    'refuses %j',
    async (asOf) => {
      const { request } = await changing();
      for (const path of [widgetPath, `${widgetPath}/a`]) {
        const answer = await request('GET', `${path}?asOf=${asOf}`);
        expect([asOf, answer.status]).toEqual([asOf, 400]);
        expect(answer.body.message).toMatch(/^invalid asOf: /);
      }
    },
  );

  it('is for nothing but get and list', async () => {
    const { request, ok, past } = await changing();
    expect((await request('GET', `${widgetPath}?watch=1&asOf=${past}`)).status).toBe(400);
    expect((await request('DELETE', `${widgetPath}?asOf=${past}`)).status).toBe(400);
    expect((await request('GET', `${widgetPath}?asOf=${past}&resourceVersion=1`)).status).toBe(400);
    expect(names(await ok('GET', widgetPath))).toEqual(['a', 'c']);
  });

  it('is gone where the log does not reach back', async () => {
    const { request, past, api } = await changing();
    await api.store.compact(past + 1);
    for (const path of [widgetPath, `${widgetPath}/a`]) {
      const { status, body } = await request('GET', `${path}?asOf=${past}`);
      expect([status, body.reason]).toEqual([410, 'Expired']);
    }
    expect((await request('GET', `${widgetPath}?asOf=2020-01-01T00:00:00Z`)).status).toBe(410);
  });
});
