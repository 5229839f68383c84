import { expect, test } from 'vitest';
import type { PodSpec } from '../../../src/resources/shared/pod-spec.ts';
import { container, podErrors } from '../objects.ts';

const label = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`;
const one = (more: Parameters<typeof container>[0], rest: Partial<PodSpec> = {}): Partial<PodSpec> => ({
  containers: [container(more)],
  ...rest,
});
const port = 'must be between 1 and 65535, inclusive';

const cases: [string, Partial<PodSpec>, string[]][] = [
  ['a minimal pod', {}, []],
  ['no containers', { containers: [] }, ['spec.containers: Required value']],
  [
    'a container without name and image',
    one({ name: '', image: '' }),
    ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value'],
  ],
  ['a bad container name', one({ name: 'Web' }), [`spec.containers[0].name: Invalid value: "Web": ${label}`]],
  ['two containers of one name', { containers: [container(), container()] }, ['spec.containers[1].name: Duplicate value: "web"']],
  [
    'padding around the image',
    one({ image: ' nginx' }),
    ['spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'],
  ],
  [
    'every policy wrong',
    one({ imagePullPolicy: 'Sometimes' }, { restartPolicy: 'Maybe', dnsPolicy: 'Cluster' }),
    [
      'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
      'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
      'spec.dnsPolicy: Unsupported value: "Cluster": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ],
  ],
  [
    'ports',
    one({
      ports: [
        { name: 'http', containerPort: 0 },
        { name: 'http', containerPort: 70000, hostPort: -1 },
        { name: 'a--b-', containerPort: 1, protocol: 'ICMP' },
      ],
    }),
    [
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].name: Duplicate value: "http"',
      `spec.containers[0].ports[1].containerPort: Invalid value: 70000: ${port}`,
      `spec.containers[0].ports[1].hostPort: Invalid value: -1: ${port}`,
      'spec.containers[0].ports[2].name: Invalid value: "a--b-": must not contain consecutive hyphens',
      'spec.containers[0].ports[2].name: Invalid value: "a--b-": must not begin or end with a hyphen',
      'spec.containers[0].ports[2].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ],
  ],
  [
    'one host port for two containers',
    {
      containers: [
        container({ ports: [{ containerPort: 1, hostPort: 80 }] }),
        container({ name: 'b', ports: [{ containerPort: 2, hostPort: 80 }] }),
      ],
    },
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
  ],
  [
    'another port on the host network',
    one({ ports: [{ containerPort: 80, hostPort: 81 }] }, { hostNetwork: true }),
    ['spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true'],
  ],
  [
    'environment',
    one({
      env: [
        { name: '' },
        { name: 'a=b', value: '1' },
        { name: 'B', value: '1', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'C', valueFrom: {} },
        { name: 'D', valueFrom: { fieldRef: { fieldPath: 'spec.hostname' } } },
        { name: 'E', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
        { name: 'F', valueFrom: { configMapKeyRef: { name: 'c', key: '' } } },
        { name: 'G', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'H', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } } },
      ],
    }),
    [
      'spec.containers[0].env[0].name: Required value',
      `spec.containers[0].env[1].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than '='`,
      'spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      'spec.containers[0].env[3].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      'spec.containers[0].env[4].valueFrom.fieldRef.fieldPath: Invalid value: "spec.hostname": error converting fieldPath: field label not supported: spec.hostname',
      'spec.containers[0].env[5].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      'spec.containers[0].env[6].valueFrom.configMapKeyRef.key: Required value',
      `spec.containers[0].env[8].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
    ],
  ],
  [
    'envFrom',
    one({ envFrom: [{}, { configMapRef: { name: 'a' }, secretRef: { name: 'b' } }, { secretRef: {} }] }),
    [
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
      'spec.containers[0].envFrom[2].secretRef.name: Required value',
    ],
  ],
  [
    'mounts',
    one(
      {
        volumeMounts: [
          { name: 'data', mountPath: '/a' },
          { name: 'data', mountPath: '/a', subPath: '../x' },
          { name: 'gone', mountPath: '' },
        ],
      },
      { volumes: [{ name: 'data' }] },
    ),
    [
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
      `spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain '..'`,
      'spec.containers[0].volumeMounts[2].name: Not found: "gone"',
      'spec.containers[0].volumeMounts[2].mountPath: Required value',
    ],
  ],
  [
    'propagation without privilege',
    one(
      { volumeMounts: [{ name: 'data', mountPath: '/a', mountPropagation: 'Bidirectional' }] },
      { volumes: [{ name: 'data' }] },
    ),
    [
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
    ],
  ],
  [
    'volumes',
    {
      volumes: [
        { name: 'a', emptyDir: {}, hostPath: { path: '/x' } },
        { name: 'b', configMap: {} },
        { name: 'b', secret: { defaultMode: 0o1000, secretName: 's', items: [{ key: '', path: '/abs' }] } },
        { name: 'c', hostPath: { path: '/a/../b', type: 'Pipe' } },
        { name: 'd' },
        { name: 'd' },
        { name: '', persistentVolumeClaim: { claimName: '' } },
      ],
    },
    [
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
      'spec.volumes[1].configMap.name: Required value',
      'spec.volumes[2].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[2].secret.items[0].key: Required value',
      'spec.volumes[2].secret.items[0].path: Invalid value: "/abs": must be a relative path',
      `spec.volumes[3].hostPath.path: Invalid value: "/a/../b": must not contain '..'`,
      'spec.volumes[3].hostPath.type: Unsupported value: "Pipe": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      'spec.volumes[5].name: Duplicate value: "d"',
      'spec.volumes[6].persistentVolumeClaim.claimName: Required value',
      'spec.volumes[6].name: Required value',
    ],
  ],
  [
    'projected volumes',
    {
      volumes: [
        {
          name: 'p',
          projected: {
            sources: [
              { secret: { name: 'a', items: [{ key: 'k', path: 'same' }] }, configMap: { name: 'b' } },
              { configMap: { name: 'b', items: [{ key: 'k', path: 'same' }] } },
              { serviceAccountToken: { path: 'token', expirationSeconds: 60 } },
            ],
          },
        },
      ],
    },
    [
      'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
      'spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths',
      'spec.volumes[0].projected.sources[2].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
  ],
  [
    'a claim template',
    { volumes: [{ name: 'e', ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOften'] } } } }] },
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "ReadWriteOften": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
    ],
  ],
  [
    'resources',
    one({
      resources: {
        requests: { cpu: '2', memory: '-1', 'example.com/gpu': '1', disk: '1' },
        limits: { cpu: '1', 'example.com/tpu': '500m' },
      },
    }),
    [
      'spec.containers[0].resources.limits[example.com/tpu]: Invalid value: "500m": must be an integer',
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers',
      'spec.containers[0].resources.requests[example.com/tpu]: Invalid value: "500m": must be an integer',
    ],
  ],
  [
    'devices asked for twice',
    one({ resources: { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '2' } } }),
    ['spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2'],
  ],
  [
    'huge pages alone',
    one({ resources: { limits: { 'hugepages-2Mi': '3Mi' } } }),
    [
      'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
    ],
  ],
  [
    'containers that do not fit into the pod',
    one(
      { resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } },
      { resources: { requests: { cpu: '1' }, limits: { cpu: '1' } } },
    ),
    [
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
      'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
    ],
  ],
  [
    'probes',
    one({
      livenessProbe: { successThreshold: 2, httpGet: { port: 0, scheme: 'FTP' }, exec: { command: [] } },
      readinessProbe: { periodSeconds: -1, terminationGracePeriodSeconds: 1, tcpSocket: { port: 'http' } },
      startupProbe: {},
      lifecycle: { preStop: { sleep: { seconds: 60 } } },
    }),
    [
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)',
      'spec.containers[0].livenessProbe.exec.command: Required value',
      'spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      'spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes',
      'spec.containers[0].startupProbe: Required value: must specify a handler type',
    ],
  ],
  [
    'an http probe',
    one({ livenessProbe: { httpGet: { port: 70000, scheme: 'FTP', httpHeaders: [{ name: 'X Y', value: '' }] } } }),
    [
      `spec.containers[0].livenessProbe.httpGet.port: Invalid value: 70000: ${port}`,
      'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
      `spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: "X Y": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')`,
    ],
  ],
  [
    'init containers',
    {
      initContainers: [
        container({ livenessProbe: { exec: { command: ['a'] } } }),
        container({ name: 'side', restartPolicy: 'Always', livenessProbe: { exec: { command: ['a'] } } }),
      ],
    },
    [
      'spec.initContainers[0].name: Duplicate value: "web"',
      'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
  ],
  [
    'restart rules',
    one({ restartPolicyRules: [{ action: 'Explode' }] }),
    [
      'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
      'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Explode": supported values: "Restart", "RestartAllContainers"',
      'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
    ],
  ],
  [
    'ephemeral containers on create',
    { ephemeralContainers: [{ name: 'web', image: 'busybox', ports: [{ containerPort: 1 }], targetContainerName: 'gone' }] },
    [
      'spec.ephemeralContainers[0].name: Duplicate value: "web"',
      'spec.ephemeralContainers[0].targetContainerName: Not found: "gone"',
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
  ],
];

test.each(cases)('%s', (_, spec, expected) => {
  expect(podErrors(spec)).toEqual(expected);
});
