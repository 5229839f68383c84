import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath } from './support/cluster.ts';

describe('/metrics', () => {
  it('counts requests under the names of upstream', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    await request('POST', widgetPath, widget('a'));
    await request('POST', `${widgetPath}?dryRun=All`, widget('b'));
    for (const name of ['a', 'a', 'none']) await request('GET', `${widgetPath}/${name}`);
    await ok('GET', widgetPath);
    await ok('GET', '/apis/example.dev/v1/widgets');
    await request('GET', `${widgetPath}?watch=1`);
    const patch = { spec: { size: 2 } };
    await ok('PATCH', `${widgetPath}/a`, patch, { headers: { 'content-type': 'application/merge-patch+json' } });
    const apply = { headers: { 'content-type': 'application/apply-patch+yaml' } };
    await ok('PATCH', `${widgetPath}/a/status?fieldManager=me&force=true`, widget('a'), apply);
    await ok('DELETE', `${widgetPath}/a`);
    await ok('DELETE', widgetPath);
    const { text, headers } = await request('GET', '/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const about = (verb: string, code: number, more: { scope?: string; subresource?: string; dryRun?: string } = {}) => {
      const { scope = 'resource', subresource = '', dryRun = '' } = more;
      const labels = `verb="${verb}",dry_run="${dryRun}",group="example.dev",version="v1",resource="widgets",subresource="${subresource}",scope="${scope}",component="apiserver"`;
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`apiserver_request_total{${labels},code="${code}"} `))
          ?.split(' ')
          .at(-1) ?? NaN,
      );
    };
    expect([
      about('POST', 201),
      about('POST', 409),
      about('POST', 201, { dryRun: 'All' }),
      about('GET', 200),
      about('GET', 404),
      about('LIST', 200, { scope: 'namespace' }),
      about('LIST', 200, { scope: 'cluster' }),
      about('WATCH', 200, { scope: 'namespace' }),
      about('PATCH', 200),
      about('APPLY', 200, { subresource: 'status' }),
      about('DELETE', 200),
      about('DELETE', 200, { scope: 'namespace' }),
    ]).toEqual([1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(text).toMatch(/apiserver_request_duration_seconds_bucket\{verb="GET",.*resource="widgets".*le="\+Inf"\} 3\n/);
    // The one that asks.
    expect(text).toContain('apiserver_current_inflight_requests{request_kind="readOnly"} 1\n');
    expect(text).toContain('apiserver_current_inflight_requests{request_kind="mutating"} 0\n');
  });

  it('has no label that a client makes up', async () => {
    const { request } = await testCluster();
    await request('BREW', '/apis/made.up/v1/secrets/hunter2');
    for (const path of [
      '/apis/made.up/v1/things',
      `${widgetPath}/made-up/made.up`,
      '/made.up',
      `${widgetPath}/made-up?dryRun=made.up`,
    ])
      await request('GET', path);
    await request('POST', `${widgetPath}?dryRun=made.up`, widget('made-up'));
    const { text } = await request('GET', '/metrics');
    expect(text).not.toMatch(/made|hunter2|BREW/);
    expect(text).toMatch(/verb="OTHER".*code="40[45]"\} 1\n/);
  });

  it('is not for those who are limited to namespaces', async () => {
    const { request } = await testCluster();
    const user = { name: 'eve', groups: [], namespaces: ['mine'] };
    const { body } = await request('GET', '/metrics', undefined, { user });
    expect(body).toMatchObject({
      code: 403,
      message: expect.stringContaining('forbidden: User "eve" cannot get path "/metrics"'),
    });
  });
});
