import { expect, test } from 'vitest';
import { whyNotPublic } from '../../src/lib/public-address.ts';

test.each([
  ['https://hook.example.com/x', true],
  ['https://8.8.8.8/', true],
  ['https://[2606:4700::1111]/', true],
  ['https://127.0.0.1/', false],
  ['https://2130706433/', false],
  ['https://0x7f.1/', false],
  ['https://10.1.2.3:8443/', false],
  ['https://192.168.0.1/', false],
  ['https://169.254.169.254/latest', false],
  ['https://100.64.0.1/', false],
  ['https://0.0.0.0/', false],
  ['https://[::1]/', false],
  ['https://[::ffff:10.0.0.1]/', false],
  ['https://[fd00::1]/', false],
  ['https://[fe80::1]/', false],
  ['https://localhost/', false],
  ['https://LOCALHOST./', false],
  ['https://a.localhost/', false],
  ['https://db/', false],
  ['https://metadata.google.internal/', false],
])('%s', (url, isPublic) => expect(whyNotPublic(url) === undefined).toBe(isPublic));
