import { expect, test } from 'vitest';
import { pods } from '../../../src/resources/core/pod.ts';
import { defaulted, lines, pod } from '../objects.ts';

const wrong = (name: string, value: string): string[] => {
  const object = defaulted(pods, pod({ containers: [{ name: 'c', image: 'i' }] }));
  object.metadata.annotations = { [name]: value };
  return lines(pods.strategy.validate!(object));
};
const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const ofContainer = 'container.seccomp.security.alpha.kubernetes.io/c';
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

test.each<[string, string, string[]]>([
  [seccomp, 'runtime/default', []],
  [seccomp, 'localhost/a/b', []],
  [seccomp, 'odd', [`metadata.annotations.${seccomp}: Invalid value: "odd": must be a valid seccomp profile`]],
  [ofContainer, 'localhost/../a', [`metadata.annotations.${ofContainer}: Invalid value: "../a": must not contain '..'`]],
  [`${appArmor}c`, 'unconfined', []],
  [`${appArmor}c`, 'odd', [`metadata.annotations[${appArmor}c]: Invalid value: "odd": invalid AppArmor profile name: "odd"`]],
  [`${appArmor}d`, '', [`metadata.annotations[${appArmor}d]: Invalid value: "d": container not found`]],
])('%s: %s', (name, value, expected) => expect(wrong(name, value)).toEqual(expected));
