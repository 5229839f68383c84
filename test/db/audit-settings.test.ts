import { expect, test } from 'vitest';
import { AuditSettings } from '../../src/db/audit-settings.ts';

const policy = (more: object) => ({ policy: { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...more } });
const rule = (more: object) => policy({ rules: [{ level: 'Metadata', ...more }] });
const url = 'https://audit.example.com/events?key=1';

test.each<[object, string | undefined]>([
  [{}, undefined],
  [rule({}), undefined],
  [rule({ nonResourceURLs: ['*', '/healthz*', '/version'] }), undefined],
  [rule({ resources: [{ group: '' }, { group: '*' }, { group: 'rbac.authorization.k8s.io', resources: ['roles'] }] }), undefined],
  [rule({ omitStages: ['RequestReceived', 'Panic'], omitManagedFields: true }), undefined],
  [policy({ metadata: { creationTimestamp: null }, rules: [{ level: 'None' }] }), undefined],
  [{ ...rule({}), webhook: { url, caBundle: 'YQ==' } }, undefined],
  [{ policy: { kind: 'Policy', rules: [{ level: 'None' }] } }, 'Invalid input'],
  [policy({ rules: [] }), 'Too small'],
  [rule({ level: 'All' }), 'Invalid option'],
  [rule({ verb: ['get'] }), 'Unrecognized key'],
  [rule({ omitStages: ['Started'] }), 'Invalid option'],
  [rule({ nonResourceURLs: ['healthz'] }), "must begin with a '/'"],
  [rule({ nonResourceURLs: ['/a*b'] }), 'must be the final character'],
  [rule({ nonResourceURLs: ['/a'], namespaces: ['x'] }), 'cannot apply to both'],
  [rule({ nonResourceURLs: ['/a'], resources: [{ group: '' }] }), 'cannot apply to both'],
  [rule({ resources: [{ group: 'apps/v1' }] }), 'without a version'],
  [rule({ resources: [{ group: '', resourceNames: ['a'] }] }), 'using resourceNames requires'],
  [{ webhook: { url } }, 'without a policy'],
  [{ ...rule({}), webhook: { url: 'http://audit.example.com' } }, "'https' is the only"],
  [{ ...rule({}), webhook: { url: 'https://me:secret@audit.example.com' } }, 'must not have user information'],
])('%j is refused: %s', (settings, expected) => {
  const message = AuditSettings.safeParse(settings).error?.issues[0]?.message;
  if (expected === undefined) expect(message).toBeUndefined();
  else expect(message).toContain(expected);
});
