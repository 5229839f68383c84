import { describe, expect, test } from 'vitest';
import { describeInFull, violations } from '../../../src/admission/podsecurity/evaluate.ts';
import type { PodSpec } from '../../../src/resources/shared/pod-spec.ts';

type Level = 'baseline' | 'restricted';

/** What a pod breaks, in one sentence. */
function broken(level: Level, minor: number | 'latest', spec: object, annotations: Record<string, string> = {}): string {
  const whole = { containers: [{ name: 'a' }], ...spec } as unknown as PodSpec;
  return describeInFull(violations({ level, minor }, { annotations, spec: whole }));
}

const containers = (...contexts: object[]) => ({
  containers: contexts.map((securityContext, i) => ({ name: 'abc'[i], securityContext })),
});
/** What restricted asks for, to be broken in one place. */
const good = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

test('privileged forbids nothing', () => {
  expect(violations({ level: 'privileged', minor: 'latest' }, { annotations: {}, spec: { containers: [], hostPID: true } })).toEqual([]);
});

describe('baseline', () => {
  test.each<[string, object, string]>([
    ['an ordinary pod', {}, ''],
    ['host namespaces', { hostNetwork: true, hostPID: true, hostIPC: true }, 'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)'],
    ['privileged', containers({ privileged: true }, { privileged: false }), 'privileged (container "a" must not set securityContext.privileged=true)'],
    [
      'in any container',
      {
        initContainers: [{ name: 'i', securityContext: { privileged: true } }],
        ephemeralContainers: [{ name: 'e', securityContext: { privileged: true } }],
      },
      'privileged (containers "i", "e" must not set securityContext.privileged=true)',
    ],
    [
      'capabilities',
      containers({ capabilities: { add: ['CHOWN', 'NET_ADMIN'] } }, { capabilities: { add: ['BPF'] } }),
      'non-default capabilities (containers "a", "b" must not include "BPF", "NET_ADMIN" in securityContext.capabilities.add)',
    ],
    ['a hostPath', { volumes: [{ name: 'v', hostPath: { path: '/' } }, { name: 'w', emptyDir: {} }] }, 'hostPath volumes (volume "v")'],
    [
      'host ports',
      { containers: [{ name: 'a', ports: [{ hostPort: 80 }, { hostPort: 443 }, { containerPort: 1 }] }] },
      'hostPort (container "a" uses hostPorts 443, 80)',
    ],
    [
      'probes of other hosts',
      { containers: [{ name: 'a', livenessProbe: { httpGet: { host: 'x' } }, lifecycle: { preStop: { tcpSocket: { host: 'y' } } } }] },
      'probe or lifecycle host (container "a" uses probe or lifecycle hosts "x", "y")',
    ],
    [
      'AppArmor off',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } }, ...containers({ appArmorProfile: { type: 'RuntimeDefault' } }) },
      'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
    ],
    [
      'procMount',
      containers({ procMount: 'Unmasked' }, { procMount: 'Default' }),
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    ],
    ['procMount in a user namespace', { hostUsers: false, ...containers({ procMount: 'Unmasked' }) }, ''],
    [
      'SELinux',
      { securityContext: { seLinuxOptions: { type: 'container_t' } }, ...containers({ seLinuxOptions: { type: 'x', user: 'u', role: 'r' } }) },
      'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set; role may not be set)',
    ],
    ['an SELinux type of 1.31', containers({ seLinuxOptions: { type: 'container_engine_t' } }), ''],
    [
      'seccomp off',
      { securityContext: { seccompProfile: { type: 'Unconfined' } }, ...containers({ seccompProfile: { type: 'Unconfined' } }) },
      'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      'sysctls',
      { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }, { name: 'b' }, { name: 'a' }] } },
      'forbidden sysctls (b, a)',
    ],
    [
      'host processes of Windows',
      { securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      'several at once',
      { hostPID: true, ...containers({ privileged: true }) },
      'host namespaces (hostPID=true), privileged (container "a" must not set securityContext.privileged=true)',
    ],
  ])('%s', (_, spec, expected) => {
    expect(broken('baseline', 'latest', spec)).toBe(expected);
  });

  test('AppArmor in annotations', () => {
    const prefix = 'container.apparmor.security.beta.kubernetes.io';
    const annotations = { [`${prefix}/a`]: 'unconfined', [`${prefix}/b`]: 'runtime/default', [`${prefix}/c`]: 'localhost/x' };
    expect(broken('baseline', 'latest', {}, annotations)).toBe(
      `forbidden AppArmor profile (annotation must not set AppArmor profile type to "${prefix}/a="unconfined"")`,
    );
  });

  test.each<[number, object, Record<string, string>, string]>([
    [33, { containers: [{ name: 'a', livenessProbe: { httpGet: { host: 'x' } } }] }, {}, ''],
    [34, { hostUsers: false, ...containers({ procMount: 'Unmasked' }) }, {}, 'procMount (container "a" must not set securityContext.procMount to "Unmasked")'],
    [30, containers({ seLinuxOptions: { type: 'container_engine_t' } }), {}, 'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "container_engine_t")'],
    [31, { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } }, {}, 'forbidden sysctls (net.ipv4.tcp_rmem)'],
    [26, { securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] } }, {}, 'forbidden sysctls (net.ipv4.ip_local_reserved_ports)'],
    [27, { securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] } }, {}, ''],
    [
      18,
      { securityContext: { seccompProfile: { type: 'Unconfined' } } },
      { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined', 'container.seccomp.security.alpha.kubernetes.io/a': 'docker/default' },
      'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    ],
    [19, {}, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }, ''],
    [99, { hostIPC: true }, {}, 'host namespaces (hostIPC=true)'],
  ])('as in 1.%i: %j', (minor, spec, annotations, expected) => {
    expect(broken('baseline', minor, spec, annotations)).toBe(expected);
  });
});

describe('restricted', () => {
  test.each<[string, object, string]>([
    ['a good pod', containers(good), ''],
    [
      'an ordinary pod',
      {},
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      'what the pod says counts for its containers',
      {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } },
        ...containers({ ...good, runAsNonRoot: undefined, seccompProfile: undefined }),
      },
      '',
    ],
    [
      'what containers say counts most',
      { securityContext: { runAsNonRoot: true }, ...containers({ ...good, runAsNonRoot: false }) },
      'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false)',
    ],
    [
      'the pod as root',
      { securityContext: { runAsNonRoot: false, runAsUser: 0 }, ...containers({ ...good, runAsUser: 0 }) },
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod and container "a" must not set runAsUser=0)',
    ],
    ['root in a user namespace', { hostUsers: false, ...containers({ ...good, runAsNonRoot: false, runAsUser: 0 }) }, ''],
    ['one capability is allowed', containers({ ...good, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }), ''],
    [
      'others are not, and it is said once',
      containers({ ...good, capabilities: { drop: ['NET_RAW'], add: ['SYS_ADMIN', 'CHOWN'] } }),
      'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; ' +
        'container "a" must not include "CHOWN", "SYS_ADMIN" in securityContext.capabilities.add)',
    ],
    [
      'volumes of the node, said once',
      { ...containers(good), volumes: [{ name: 'h', hostPath: { path: '/' } }, { name: 'n', nfs: {} }, { name: 'c', configMap: {} }] },
      'restricted volume types (volumes "h", "n" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'procMount, also in a user namespace',
      { hostUsers: false, ...containers({ ...good, procMount: 'Unmasked' }) },
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    ],
    ['Windows', { os: { name: 'windows' }, ...containers({ runAsNonRoot: true }) }, ''],
    [
      'seccomp off, said once',
      containers({ ...good, seccompProfile: { type: 'Unconfined' } }),
      'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
  ])('%s', (_, spec, expected) => {
    expect(broken('restricted', 'latest', spec)).toBe(expected);
  });

  test.each<[number, object, string]>([
    [7, containers({ runAsNonRoot: true }), ''],
    [8, containers({ runAsNonRoot: true }), 'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)'],
    [21, containers({ ...good, capabilities: {} }), ''],
    [22, containers({ ...good, runAsUser: 0 }), ''],
    [23, containers({ ...good, runAsUser: 0 }), 'runAsUser=0 (container "a" must not set runAsUser=0)'],
    [18, containers({ ...good, seccompProfile: undefined }), ''],
    [34, { hostUsers: false, ...containers({ ...good, runAsNonRoot: false }) }, 'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false)'],
    [
      24,
      { os: { name: 'windows' }, ...containers({ ...good, allowPrivilegeEscalation: undefined }) },
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)',
    ],
  ])('as in 1.%i: %j', (minor, spec, expected) => {
    expect(broken('restricted', minor, spec)).toBe(expected);
  });
});
