import { expect, test } from 'vitest';
import { refusal } from '../../src/gateway/refusal.ts';
import { StatusError, unavailable } from '../../src/machinery/status.ts';

test('errors of the front door are like any other', async () => {
  const stranger = refusal(new StatusError('Unauthorized', 'Unauthorized'), null, 'id');
  expect(Object.fromEntries(stranger.headers)).toEqual({
    'audit-id': 'id',
    'cache-control': 'no-cache, private',
    'content-type': 'application/json',
    'www-authenticate': 'Bearer realm="kubernetes"',
  });
  expect(await stranger.json()).toMatchObject({ kind: 'Status', code: 401, reason: 'Unauthorized' });
  const busy = refusal(unavailable('not now', 7), 'application/vnd.kubernetes.protobuf,application/json', 'id');
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
  expect(busy.headers.get('content-type')).toBe('application/vnd.kubernetes.protobuf');
  expect((await busy.text()).slice(0, 3)).toBe('k8s');
  expect(await refusal(unavailable('not now'), 'application/yaml', 'id').text()).toContain('\nreason: ServiceUnavailable\n');
});
