import { createHash } from 'node:crypto';
import type { PodShape } from './cases.ts';

/** Namespaces that the objects are in, by turns. */
export const namespaces = 50;

/** Pods of each ReplicaSet. */
export const replicas = 100;

export interface Stored {
  kind: string;
  metadata: Record<string, unknown>;
  [field: string]: unknown;
}

export const time = (seconds: number): string =>
  new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString().replace('.000', '');
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
export const uuid = (text: string): string => digest(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

/** A node as its agent reports it. */
export function nodeObject(i: number, zone: string): Stored {
  const name = `node-${i}`;
  const condition = (type: string, status: string, reason: string, message: string) => ({
    lastHeartbeatTime: time(90_000 + (i % 300)),
    lastTransitionTime: time(i),
    message,
    reason,
    status,
    type,
  });
  const capacity = { cpu: '4', 'ephemeral-storage': '102350Mi', 'hugepages-2Mi': '0', memory: '32Gi', pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
      creationTimestamp: time(i),
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm5.xlarge',
        'topology.kubernetes.io/region': 'eu-1',
        'topology.kubernetes.io/zone': zone,
      },
      managedFields: [
        {
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': {
              'f:annotations': { '.': {}, 'f:volumes.kubernetes.io/controller-managed-attach-detach': {} },
              'f:labels': { '.': {}, 'f:kubernetes.io/arch': {}, 'f:kubernetes.io/hostname': {}, 'f:kubernetes.io/os': {} },
            },
          },
          manager: 'kubelet',
          operation: 'Update',
          time: time(i),
        },
        {
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { 'f:podCIDR': {}, 'f:podCIDRs': { '.': {}, [`v:"10.${i >> 8}.${i & 255}.0/24"`]: {} } } },
          manager: 'kube-controller-manager',
          operation: 'Update',
          time: time(i + 1),
        },
        {
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:status': {
              'f:conditions': {
                'k:{"type":"DiskPressure"}': { 'f:lastHeartbeatTime': {} },
                'k:{"type":"Ready"}': { 'f:lastHeartbeatTime': {}, 'f:status': {} },
              },
            },
          },
          manager: 'kubelet',
          operation: 'Update',
          subresource: 'status',
          time: time(90_000 + (i % 300)),
        },
      ],
      name,
      uid: uuid(name),
    },
    spec: { podCIDR: `10.${i >> 8}.${i & 255}.0/24`, podCIDRs: [`10.${i >> 8}.${i & 255}.0/24`] },
    status: {
      addresses: [
        { address: `172.16.${i >> 8}.${i & 255}`, type: 'InternalIP' },
        { address: name, type: 'Hostname' },
      ],
      allocatable: capacity,
      capacity,
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      images: Array.from({ length: 5 }, (_, n) => ({
        names: [`registry.example.com/app-${n}@sha256:${digest(`image-${n}`)}`, `registry.example.com/app-${n}:v1`],
        sizeBytes: 30_000_000 + n,
      })),
      nodeInfo: {
        architecture: 'amd64',
        bootID: uuid(`boot-${i}`),
        containerRuntimeVersion: 'containerd://2.1.4',
        kernelVersion: '6.1.0-38-cloud-amd64',
        kubeProxyVersion: 'v1.36.0',
        kubeletVersion: 'v1.36.0',
        machineID: digest(`machine-${i}`).slice(0, 32),
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        systemUUID: uuid(`system-${i}`),
      },
    },
  };
}

const setName = (set: number): string => `app-${set}-${digest(`hash-${set}`).slice(0, 9)}`;
const labelsOf = (set: number) => ({ app: `app-${set}`, 'pod-template-hash': digest(`hash-${set}`).slice(0, 9) });

const containersOf = (set: number) => [
  {
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    ],
    image: `registry.example.com/app-${set % 5}:v1`,
    imagePullPolicy: 'IfNotPresent',
    livenessProbe: {
      failureThreshold: 3,
      httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
      periodSeconds: 10,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
    name: 'main',
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  },
];

/** A ReplicaSet all of whose pods run. */
export function replicaSetObject(set: number): Stored {
  const labels = labelsOf(set);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      creationTimestamp: time(10_000 + set),
      generation: 1,
      labels,
      name: setName(set),
      namespace: `ns-${set % namespaces}`,
      uid: uuid(setName(set)),
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: containersOf(set) } },
    },
    status: {
      availableReplicas: replicas,
      fullyLabeledReplicas: replicas,
      observedGeneration: 1,
      readyReplicas: replicas,
      replicas,
    },
  };
}

/** A pod of a ReplicaSet that runs on a node, with what the API, the controllers and the node wrote into it. */
export function podObject(i: number, set: number, node: number, shape: PodShape): Stored {
  const name = `${setName(set)}-${digest(`pod-${i}`).slice(0, 5)}`;
  const token = `kube-api-access-${digest(name).slice(0, 5)}`;
  const ip = `10.${node >> 8}.${node & 255}.${2 + Math.floor(i / 5_000)}`;
  const hostIP = `172.16.${node >> 8}.${node & 255}`;
  const started = time(20_000 + i);
  const condition = (type: string, at: string) => ({
    lastProbeTime: null,
    lastTransitionTime: at,
    observedGeneration: 1,
    status: 'True',
    type,
  });
  const ready = time(20_002 + i);
  const [main] = containersOf(set);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      creationTimestamp: started,
      generateName: `${setName(set)}-`,
      generation: 1,
      labels: { ...labelsOf(set), ...shape.labels },
      managedFields: [
        {
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': {
              'f:generateName': {},
              'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} },
              'f:ownerReferences': { '.': {}, [`k:{"uid":"${uuid(setName(set))}"}`]: {} },
            },
            'f:spec': {
              'f:containers': {
                'k:{"name":"main"}': {
                  '.': {},
                  'f:env': {
                    '.': {},
                    'k:{"name":"LOG_LEVEL"}': { '.': {}, 'f:name': {}, 'f:value': {} },
                    'k:{"name":"POD_NAME"}': { '.': {}, 'f:name': {}, 'f:valueFrom': { '.': {}, 'f:fieldRef': {} } },
                  },
                  'f:image': {},
                  'f:imagePullPolicy': {},
                  'f:livenessProbe': {
                    '.': {},
                    'f:failureThreshold': {},
                    'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {}, 'f:scheme': {} },
                    'f:periodSeconds': {},
                    'f:successThreshold': {},
                    'f:timeoutSeconds': {},
                  },
                  'f:name': {},
                  'f:ports': {
                    '.': {},
                    'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                  },
                  'f:resources': {
                    '.': {},
                    'f:limits': { '.': {}, 'f:memory': {} },
                    'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} },
                  },
                  'f:terminationMessagePath': {},
                  'f:terminationMessagePolicy': {},
                },
              },
              'f:dnsPolicy': {},
              'f:enableServiceLinks': {},
              'f:restartPolicy': {},
              'f:schedulerName': {},
              'f:securityContext': {},
              'f:terminationGracePeriodSeconds': {},
            },
          },
          manager: 'kube-controller-manager',
          operation: 'Update',
          time: started,
        },
        {
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:status': {
              'f:conditions': Object.fromEntries(
                ['ContainersReady', 'Initialized', 'PodReadyToStartContainers', 'Ready'].map((type) => [
                  `k:{"type":"${type}"}`,
                  {
                    '.': {},
                    'f:lastProbeTime': {},
                    'f:lastTransitionTime': {},
                    'f:observedGeneration': {},
                    'f:status': {},
                    'f:type': {},
                  },
                ]),
              ),
              'f:containerStatuses': {},
              'f:hostIP': {},
              'f:hostIPs': {},
              'f:observedGeneration': {},
              'f:phase': {},
              'f:podIP': {},
              'f:podIPs': { '.': {}, [`k:{"ip":"${ip}"}`]: { '.': {}, 'f:ip': {} } },
              'f:startTime': {},
            },
          },
          manager: 'kubelet',
          operation: 'Update',
          subresource: 'status',
          time: ready,
        },
      ],
      name,
      namespace: `ns-${set % namespaces}`,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          blockOwnerDeletion: true,
          controller: true,
          kind: 'ReplicaSet',
          name: setName(set),
          uid: uuid(setName(set)),
        },
      ],
      uid: uuid(name),
    },
    spec: {
      containers: [
        { ...main, volumeMounts: [{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name: token, readOnly: true }] },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      nodeName: `node-${node}`,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      serviceAccount: 'default',
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        effect: 'NoExecute',
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        tolerationSeconds: 300,
      })),
      volumes: [
        {
          name: token,
          projected: {
            defaultMode: 420,
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
              {
                downwardAPI: { items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }] },
              },
            ],
          },
        },
      ],
      ...shape.spec,
    },
    status: {
      conditions: [
        condition('PodReadyToStartContainers', ready),
        condition('Initialized', started),
        condition('Ready', ready),
        condition('ContainersReady', ready),
        condition('PodScheduled', started),
      ],
      containerStatuses: [
        {
          containerID: `containerd://${digest(`container-${i}`)}`,
          image: `registry.example.com/app-${set % 5}:v1`,
          imageID: `registry.example.com/app-${set % 5}@sha256:${digest(`image-${set % 5}`)}`,
          lastState: {},
          name: 'main',
          ready: true,
          restartCount: i % 97 === 0 ? 1 : 0,
          started: true,
          state: { running: { startedAt: ready } },
        },
      ],
      hostIP,
      hostIPs: [{ ip: hostIP }],
      observedGeneration: 1,
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      qosClass: 'Burstable',
      startTime: started,
    },
  };
}
