import { describe, expect, test } from 'vitest';
import type { Container } from '../../../src/resources/shared/container.ts';
import { podTemplateWarnings, podWarnings } from '../../../src/resources/shared/pod-warnings.ts';
import type { PodSpec } from '../../../src/resources/shared/pod-spec.ts';
import type { Volume } from '../../../src/resources/shared/volumes.ts';

const container = (more: Partial<Container> = {}): Container => ({ name: 'c', image: 'i', ...more });
const spec = (more: Partial<PodSpec> = {}): PodSpec => ({ containers: [container()], ...more });
const port = (containerPort: number, more: object = {}) => ({ containerPort, protocol: 'TCP', ...more });
const noSelector = 'a null labelSelector results in matching no pod';
const deprecatedArch = 'deprecated since v1.14; use "kubernetes.io/arch" instead';
const arch = { key: 'beta.kubernetes.io/arch', operator: 'In', values: ['-bad'] };

describe('warnings about pods', () => {
  test.each<[string, Partial<PodSpec>, string[]]>([
    ['nothing', {}, []],
    [
      'labels of nodes',
      { nodeSelector: { 'beta.kubernetes.io/arch': 'x' } },
      [`spec.nodeSelector[beta.kubernetes.io/arch]: ${deprecatedArch}`],
    ],
    [
      'node affinity',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [arch] }] },
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [arch] } }],
          },
        },
      },
      [
        `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is ${deprecatedArch}`,
        `spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key: beta.kubernetes.io/arch is ${deprecatedArch}`,
        expect.stringMatching(
          /preference\.matchExpressions\[0\]\.values\[0\]: -bad is invalid, a valid label must be/,
        ) as unknown as string,
      ],
    ],
    [
      'selectors that select nothing',
      {
        topologySpreadConstraints: [{ topologyKey: 'z', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z' }] },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'z' } }],
          },
        },
      },
      [
        `spec.topologySpreadConstraints[0].labelSelector: ${noSelector}`,
        `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ${noSelector}`,
        `spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: ${noSelector}`,
      ],
    ],
    [
      'lists that repeat themselves',
      { hostAliases: [{ ip: '::1' }, { ip: '::1' }], imagePullSecrets: [{ name: '' }, { name: 'a' }, { name: 'a' }] },
      [
        'spec.hostAliases[1].ip: duplicate ip "::1"',
        'spec.imagePullSecrets[2].name: duplicate name "a"',
        'spec.imagePullSecrets[0].name: invalid empty name ""',
      ],
    ],
    [
      'parts of bytes',
      {
        overhead: { memory: '1500m' },
        containers: [
          container({ resources: { limits: { memory: '100m', cpu: '100m' }, requests: { 'ephemeral-storage': '1m' } } }),
        ],
      },
      [
        'spec.overhead[memory]: fractional byte value "1500m" is invalid, must be an integer',
        'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
        'spec.containers[0].resources.requests[ephemeral-storage]: fractional byte value "1m" is invalid, must be an integer',
      ],
    ],
    [
      'hidden variables',
      {
        containers: [
          container({
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '$(A)2' },
              { name: 'A', value: '3' },
              { name: 'A', value: '$(A)' },
            ],
          }),
        ],
      },
      [
        'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
        'spec.containers[0].env[3]: hides previous definition of "A", which may be dropped when using apply',
      ],
    ],
    [
      'ports in each others way',
      {
        initContainers: [container({ name: 'i', restartPolicy: 'Always', ports: [port(80, { name: 'web' })] })],
        containers: [
          container({ ports: [port(80, { name: 'web' }), port(81, { hostIP: '1.2.3.4' })] }),
          container({ name: 'd', ports: [port(80, { hostPort: 80 }), port(80, { hostPort: 80, hostIP: '1.1.1.1' })] }),
        ],
      },
      [
        'spec.containers[0].ports[0]: duplicate port definition with spec.initContainers[0].ports[0]',
        'spec.containers[0].ports[1]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:1.2.3.4}',
        'spec.containers[1].ports[0]: overlapping port definition with spec.initContainers[0].ports[0]',
        'spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]',
        'spec.containers[1].ports[1]: overlapping port definition with spec.initContainers[0].ports[0]',
        'spec.containers[1].ports[1]: overlapping port definition with spec.containers[0].ports[0]',
        'spec.containers[1].ports[1]: dangerously ambiguous port definition with spec.containers[1].ports[0]',
        'spec.containers[0].ports[0]: duplicate port name "web" with spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.initContainers[0].ports[0]',
      ],
    ],
    [
      'an odd grace period and addresses',
      { terminationGracePeriodSeconds: -1, dnsConfig: { nameservers: ['2001:DB8::1'] }, hostAliases: [{ ip: '::ffff:1.2.3.4' }] },
      [
        'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
        'spec.dnsConfig.nameservers[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
        'spec.hostAliases[0].ip: non-standard IP address "::ffff:1.2.3.4" is invalid: use "1.2.3.4"',
      ],
    ],
  ])('%s', (_, more, expected) => {
    expect(podWarnings({}, spec(more))).toEqual(expected);
  });

  test.each<[string, Partial<Volume>, string[]]>([
    [
      'old kinds',
      { gitRepo: { repository: 'r' } },
      ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+'],
    ],
    [
      'the same path twice',
      {
        configMap: {
          name: 'm',
          items: [
            { key: 'a', path: 'x' },
            { key: 'b', path: 'x/y' },
            { key: 'c', path: 'xy' },
          ],
        },
      },
      ['volume "v" (ConfigMap "m"): overlapping paths: "x/y" with "x"'],
    ],
    [
      'projections',
      {
        projected: {
          sources: [{}, { secret: { name: 's', items: [{ key: 'a', path: 'dir/' }] } }, { serviceAccountToken: { path: 'dir' } }],
        },
      },
      [
        'volume "v" (Projected) has no sources provided',
        'volume "v" (Projected): overlapping paths: "dir" (ServiceAccountToken) with "dir" (Secret "s")',
      ],
    ],
  ])('volumes: %s', (_, volume, expected) => {
    expect(podWarnings({}, spec({ volumes: [{ name: 'v', ...volume }] }))).toEqual(expected);
  });

  test('annotations that became fields', () => {
    const annotations = {
      'scheduler.alpha.kubernetes.io/critical-pod': '',
      'seccomp.security.alpha.kubernetes.io/pod': 'x',
      'container.seccomp.security.alpha.kubernetes.io/c': 'x',
    };
    expect(podWarnings({ annotations }, spec())).toEqual([
      'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
      'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: non-functional in v1.27+; use the "seccompProfile" field instead',
    ]);
    const set = { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } };
    expect(podWarnings({ annotations }, spec({ ...set, containers: [container(set)] }))).toHaveLength(1);
  });
});

describe('warnings about templates', () => {
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' };
  const template = { metadata: { annotations }, spec: spec({ terminationGracePeriodSeconds: -1 }) };
  const object = (generation: number) => ({ metadata: { generation } }) as never;
  const expected = [
    'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead',
  ];

  test('name the path of the template, and come with a change only', () => {
    expect(podTemplateWarnings(template, 'spec.template', object(1), undefined)).toEqual(expected);
    expect(podTemplateWarnings(template, 'spec.template', object(2), object(1))).toEqual(expected);
    expect(podTemplateWarnings(template, 'spec.template', object(1), object(1))).toEqual([]);
  });

  test('do not mention AppArmor where the pod says the same', () => {
    const profile = { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } };
    const same = { ...template, spec: { ...template.spec, ...profile } };
    expect(podTemplateWarnings(same, 'spec.template', object(1), undefined)).toEqual([expected[0]]);
  });
});
