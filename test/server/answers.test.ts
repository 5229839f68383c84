import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath } from './support/cluster.ts';

describe('answers', () => {
  it('carry the Audit-ID that was sent, or one of their own', async () => {
    const { request } = await testCluster();
    const sent = await request('GET', widgetPath, undefined, { headers: { 'audit-id': 'mine' } });
    expect(sent.headers.get('audit-id')).toBe('mine');
    for (const path of [widgetPath, `${widgetPath}/none`, '/nothing', '/version', '/livez'])
      expect((await request('GET', path)).headers.get('audit-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('are for nobody to keep', async () => {
    const { request } = await testCluster();
    for (const path of [widgetPath, `${widgetPath}/none`, '/nothing', '/', '/version', '/livez', '/apis', '/openapi/v3'])
      expect((await request('GET', path)).headers.get('cache-control')).toBe('no-cache, private');
  });

  it('are written for people when asked, or when somebody seems to look', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const textOf = async (query: string, userAgent = 'kubectl/v1.36.0', accept = 'application/json') =>
      (await request('GET', `${widgetPath}/a${query}`, undefined, { headers: { 'user-agent': userAgent, accept } })).text;
    const plain = await textOf('');
    const lines = JSON.stringify(JSON.parse(plain), null, 2);
    expect(plain).not.toContain('\n');
    for (const [query, userAgent] of [
      ['?pretty=true'],
      ['?pretty=1'],
      ['', 'curl/8.5.0'],
      ['', 'Mozilla/5.0 (X11)'],
      ['?pretty=', 'Wget/1.2'],
    ] as const)
      expect(await textOf(query, userAgent)).toBe(lines);
    for (const [query, userAgent] of [
      ['?pretty=false', 'curl/8.5.0'],
      ['?pretty=x', 'curl/8.5.0'],
    ] as const)
      expect(await textOf(query, userAgent)).toBe(plain);
    expect(await textOf('?pretty=true', '', 'application/yaml')).toContain('\nmetadata:\n');
    const missing = await request('GET', `${widgetPath}/none?pretty=true`);
    expect(missing.text).toContain('\n  "code": 404');
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-cache, private']);
    const watch = await request('GET', `${widgetPath}?watch=1&pretty=true`);
    expect(watch.text.trim().split('\n')).toHaveLength(1);
  });

  it('say when they are worth compressing', async () => {
    const { ok, request } = await testCluster();
    const note = (length: number) => widget('a', { metadata: { annotations: { note: 'x'.repeat(length) } } });
    await ok('POST', widgetPath, note(1_000));
    const isLarge = async (accept: string) => {
      const { headers } = await request('GET', widgetPath, undefined, { headers: { accept } });
      return headers.has('hibernetes-large');
    };
    expect(await isLarge('application/json')).toBe(false);
    await ok('PUT', `${widgetPath}/a`, note(140_000));
    expect([await isLarge('application/json'), await isLarge('application/yaml')]).toEqual([true, true]);
  });
});
