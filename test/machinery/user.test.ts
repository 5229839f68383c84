import { expect, test } from 'vitest';
import { parseServiceAccountUser, serviceAccountGroups, serviceAccountUser } from '../../src/machinery/user.ts';

test('a ServiceAccount is a user in groups', () => {
  expect(serviceAccountUser('ns', 'build.bot')).toBe('system:serviceaccount:ns:build.bot');
  expect(serviceAccountGroups('ns')).toEqual(['system:serviceaccounts', 'system:serviceaccounts:ns']);
});

test.each([
  ['system:serviceaccount:ns:build.bot', { namespace: 'ns', name: 'build.bot' }],
  ['system:serviceaccount:ns', undefined],
  ['system:serviceaccount:ns:', undefined],
  ['system:serviceaccount::a', undefined],
  ['system:serviceaccount:ns:a:b', undefined],
  ['system:serviceaccount:NS:a', undefined],
  ['system:serviceaccount:ns:-a', undefined],
  [`system:serviceaccount:${'n'.repeat(64)}:a`, undefined],
  [`system:serviceaccount:n:${'a'.repeat(254)}`, undefined],
  ['system:node:n', undefined],
])('%s', (user, account) => {
  expect(parseServiceAccountUser(user)).toEqual(account);
});
