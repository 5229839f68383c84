import { describe, expect, it } from 'vitest';
import { DevError } from '../../src/dev/errors.ts';
import { parseOptions } from '../../src/dev/options.ts';

describe('parseOptions', () => {
  it.each([
    [[], { port: 8443, data: '.hibernetes', nodes: 3 }],
    [['--port', '0', '--data', 'a folder', '--nodes=0'], { port: 0, data: 'a folder', nodes: 0 }],
    [['--port=65535', '--nodes', '1000'], { port: 65_535, data: '.hibernetes', nodes: 1_000 }],
    [['--port', 'nonsense', '--help'], 'help'],
  ])('reads %j', (args, options) => {
    expect(parseOptions(args)).toEqual(options);
  });

  it.each([
    [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536"'],
    [['--port', '80.5'], '--port takes a whole number from 0 to 65535, not "80.5"'],
    [['--port=-1'], '--port takes a whole number from 0 to 65535, not "-1"'],
    [['--port='], '--port takes a whole number from 0 to 65535, not ""'],
    [['--nodes', '1e3'], '--nodes takes a whole number from 0 to 1000, not "1e3"'],
    [['--nodes', '1001'], '--nodes takes a whole number from 0 to 1000, not "1001"'],
    [['--data', ' '], '--data takes the name of a folder'],
    [['--verbose'], "unknown option '--verbose' (see --help)"],
    [['folder'], "unexpected argument 'folder' (see --help)"],
  ])('refuses %j', (args, message) => {
    const read = () => parseOptions(args);
    expect(read).toThrow(DevError);
    expect(read).toThrow(message);
    expect(read).not.toThrow('\n');
  });
});
