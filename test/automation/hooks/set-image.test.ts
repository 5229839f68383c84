import { expect, test } from 'vitest';
import { changeOf } from '../../../src/automation/hooks/actions/set-image.ts';

const template = {
  spec: {
    containers: [
      { name: 'web', image: 'ghcr.io/acme/web:v1' },
      { name: 'proxy', image: 'envoy:1' },
    ],
    initContainers: [{ name: 'migrate', image: 'ghcr.io/acme/web:v1' }],
  },
};

test.each([
  ['of the same repository', 'ghcr.io/acme/web:v2', undefined, ['web', 'migrate'], ['containers', 'initContainers']],
  ['written in another way', 'docker.io/library/envoy:2', undefined, ['proxy'], ['containers']],
  ['by its name', 'other/image:1', 'proxy', ['proxy'], ['containers']],
  ['that is one for the start', 'other/image:1', 'migrate', ['migrate'], ['initContainers']],
])('containers %s', (_, image, container, names, lists) => {
  const found = changeOf(template, image, container);
  expect(found.names).toEqual(names);
  const { spec } = found.change as { spec: Record<string, { name: string; image: string }[]> };
  expect(Object.keys(spec)).toEqual(lists);
  expect(Object.values(spec).flat()).toEqual(names.map((name) => ({ name, image })));
});

test('what is so already stays, and what is none is said', () => {
  expect(changeOf(template, 'ghcr.io/acme/web:v1', undefined)).toEqual({ change: undefined, names: ['web', 'migrate'] });
  expect(() => changeOf(template, 'ghcr.io/acme/api:v1', undefined)).toThrow('no container has an image of ghcr.io/acme/api');
  expect(() => changeOf(template, 'ghcr.io/acme/web:v1', 'none')).toThrow('there is no container none');
  expect(() => changeOf(template, '', undefined)).toThrow('"" is not the name of an image');
});
