import { expect, test } from 'vitest';
import { parseImage } from '../../../src/automation/hooks/image.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

test.each([
  ['nginx', 'docker.io/library/nginx', '', ''],
  ['nginx:1.29', 'docker.io/library/nginx', '1.29', ''],
  ['acme/web:v1', 'docker.io/acme/web', 'v1', ''],
  ['docker.io/acme/web:v1', 'docker.io/acme/web', 'v1', ''],
  ['ghcr.io/acme/web', 'ghcr.io/acme/web', '', ''],
  ['localhost/web:1', 'localhost/web', '1', ''],
  ['registry:5000/web', 'registry:5000/web', '', ''],
  ['registry.example:5000/team/web:v1', 'registry.example:5000/team/web', 'v1', ''],
  [`ghcr.io/acme/web@${digest}`, 'ghcr.io/acme/web', '', digest],
  [`ghcr.io/acme/web:v1@${digest}`, 'ghcr.io/acme/web', 'v1', digest],
])('%s', (text, repository, tag, digest) => {
  expect(parseImage(text)).toEqual({ repository, tag, digest });
});

test.each(['', ':v1', 'web:', 'web:a b', 'Acme/Web', 'ghcr.io//web', 'web@', 'web@sha256:xyz', `web@${digest}@${digest}`, 'a'.repeat(600)])(
  '%j is none',
  (text) => {
    expect(parseImage(text)).toBeUndefined();
  },
);
