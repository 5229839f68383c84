import { expect, test } from 'vitest';
import { componentStatuses } from '../../../src/resources/core/componentstatus.ts';
import { cells } from '../apps/workloads.ts';

test('the status of a component', () => {
  const row = (...conditions: object[]) => cells(componentStatuses, { conditions, metadata: { name: 'etcd-0' } } as never);
  expect(row()).toEqual({ Name: 'etcd-0', Status: 'Unknown', Message: '', Error: '' });
  expect(row({ type: 'Other', status: 'True' }, { type: 'Healthy', status: 'True', message: 'ok' })).toEqual({
    Name: 'etcd-0',
    Status: 'Healthy',
    Message: 'ok',
    Error: '',
  });
  expect(row({ type: 'Healthy', status: 'False', error: 'gone' })).toMatchObject({ Status: 'Unhealthy', Error: 'gone' });
  expect(componentStatuses.verbs).toEqual(['get', 'list']);
});
