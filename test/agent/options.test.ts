import { describe, expect, it } from 'vitest';
import { nodeOptions } from '../../src/agent/options.ts';

const required = ['--server', 'https://example.test/clusters/c-1', '--token', 't'];

describe('nodeOptions', () => {
  it('has defaults', () => {
    const options = nodeOptions([...required, '--name', 'Node-1'], {});
    expect(options).toMatchObject({ server: required[1], token: 't', name: 'node-1', runtime: 'containerd', ca: undefined });
  });
  it('takes the token from the environment', () => {
    expect(nodeOptions(required.slice(0, 2), { HIBERNETES_TOKEN: 'e' })).toMatchObject({ token: 'e' });
  });
  it('helps', () => expect(nodeOptions(['-h'], {})).toBe('help'));
  it.each([
    [['--token', 't'], '--server'],
    [['--server', 'example.test', '--token', 't'], '--server'],
    [required.slice(0, 2), '--token'],
    [[...required, '--runtime', 'docker'], '--runtime'],
    [[...required, '--name', 'a_b'], '--name'],
    [[...required, '--ca', '/does/not/exist'], 'ENOENT'],
    [[...required, '--what'], '--what'],
  ])('%j: complains about %s', (args, complaint) => expect(() => nodeOptions(args, {})).toThrow(complaint));
});
