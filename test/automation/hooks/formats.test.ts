import { describe, expect, test } from 'vitest';
import type { HookFormat } from '../../../src/automation/hooks/config.ts';
import { eventOf, type HookEvent } from '../../../src/automation/hooks/event.ts';
import { toldBy } from '../../../src/automation/hooks/told.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const told = (format: HookFormat, payload: unknown, headers: Record<string, string> = {}, registry?: string) =>
  toldBy({ format, registry }, { payload, headers });
const github = (event: string, payload: object) => told('github', payload, { 'x-github-event': event, 'x-github-delivery': 'd-1' });

const version = { version: digest, container_metadata: { tag: { name: 'v1', digest } } };
const image = { repository: 'ghcr.io/acme/web', tag: 'v1', digest, image: 'ghcr.io/acme/web:v1' };

describe('github', () => {
  test.each<[string, object, Partial<HookEvent>]>([
    [
      'push',
      { ref: 'refs/heads/feature/x', after: 'c0ffee', repository: { full_name: 'acme/web' } },
      { repository: 'acme/web', ref: 'refs/heads/feature/x', branch: 'feature/x', commit: 'c0ffee', image: '' },
    ],
    ['push', { ref: 'refs/tags/v1', after: 'c0ffee' }, { ref: 'refs/tags/v1', tag: 'v1', commit: 'c0ffee', image: '' }],
    [
      'workflow_run',
      { action: 'completed', workflow_run: { head_branch: 'main', head_sha: 'c0ffee' }, repository: { full_name: 'acme/web' } },
      { action: 'completed', repository: 'acme/web', branch: 'main', commit: 'c0ffee', image: '' },
    ],
    ['release', { action: 'published', release: { tag_name: 'v1' }, repository: { full_name: 'acme/web' } }, { action: 'published', repository: 'acme/web', tag: 'v1', image: '' }],
    [
      'registry_package',
      { action: 'published', registry_package: { ecosystem: 'CONTAINER', namespace: 'Acme', name: 'web', package_version: version } },
      { action: 'published', ...image },
    ],
    [
      'package',
      { action: 'published', package: { package_type: 'container', owner: { login: 'acme' }, name: 'web', package_version: version } },
      { action: 'published', ...image },
    ],
    [
      'package',
      { action: 'published', package: { package_type: 'CONTAINER', namespace: 'acme', name: 'web', package_version: { version: digest } } },
      { action: 'published', repository: 'ghcr.io/acme/web', digest, image: `ghcr.io/acme/web@${digest}` },
    ],
    ['package', { action: 'published', package: { package_type: 'npm', name: 'web' } }, { action: 'published' }],
    ['ping', { zen: 'Keep it logically awesome.' }, { image: '' }],
  ])('%s', (type, payload, known) => {
    expect(github(type, payload)).toEqual([{ id: 'd-1', event: eventOf({ type, ...known }) }]);
  });
});

test('gitlab: pushes and pipelines', () => {
  const project = { path_with_namespace: 'acme/web' };
  expect(told('gitlab', { object_kind: 'push', ref: 'refs/heads/main', checkout_sha: 'c0ffee', project }, { 'x-gitlab-event-uuid': 'u' })).toEqual([
    { id: 'u', event: eventOf({ type: 'push', repository: 'acme/web', image: '', ref: 'refs/heads/main', branch: 'main', commit: 'c0ffee' }) },
  ]);
  const pipeline = { object_kind: 'pipeline', object_attributes: { ref: 'main', sha: 'c0ffee', status: 'success' }, project };
  expect(told('gitlab', pipeline, { 'idempotency-key': 'k', 'x-gitlab-event-uuid': 'u' })).toEqual([
    { id: 'k', event: eventOf({ type: 'pipeline', action: 'success', repository: 'acme/web', image: '', branch: 'main', commit: 'c0ffee' }) },
  ]);
});

test('dockerhub: a push of a tag', () => {
  const payload = { callback_url: 'https://hub/cb', push_data: { tag: 'v1', pushed_at: 1 }, repository: { repo_name: 'acme/web' } };
  expect(told('dockerhub', payload)).toEqual([
    { id: 'https://hub/cb', event: eventOf({ type: 'push', repository: 'acme/web', tag: 'v1', image: 'acme/web:v1' }) },
  ]);
});

test('registry: the images of an envelope, layers left out', () => {
  const target = { mediaType: 'application/vnd.oci.image.manifest.v1+json', repository: 'acme/web', tag: 'v1', digest };
  const push = { id: 'e-1', action: 'push', target, request: { host: 'internal:5000' } };
  const layer = { id: 'e-2', action: 'push', target: { ...target, mediaType: 'application/octet-stream' } };
  const gone = { id: 'e-3', action: 'delete', target: { repository: 'acme/web', digest } };
  const ids = (registry?: string) => told('registry', { events: [push, layer, gone, 'nonsense'] }, {}, registry).map(({ id, event }) => [id, event.type, event.image]);
  expect(ids()).toEqual([
    ['e-1', 'push', 'internal:5000/acme/web:v1'],
    ['e-3', 'delete', `acme/web@${digest}`],
  ]);
  expect(ids('registry.example')[0]).toEqual(['e-1', 'push', 'registry.example/acme/web:v1']);
});

test('generic: what has the usual names', () => {
  expect(told('generic', { type: 'deployed', image: 'a/b:c' }, { 'webhook-id': 'w' })).toEqual([{ id: 'w', event: eventOf({ type: 'deployed', image: 'a/b:c' }) }]);
  expect(told('generic', { repository: 'a/b', tag: 'c' })[0]!.event.image).toBe('a/b:c');
});

test.each(['github', 'gitlab', 'dockerhub', 'registry', 'generic'] as const)('%s: whatever it is, nothing breaks', (format) => {
  for (const payload of [null, [], 'text', 1, {}, { events: 1 }, { repository: null }, { events: [{ target: [] }] }])
    for (const each of told(format, payload, { 'x-github-event': 'push' })) expect(Object.values(each.event).every((value) => typeof value === 'string')).toBe(true);
});
