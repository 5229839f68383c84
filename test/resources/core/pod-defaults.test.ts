import { describe, expect, test } from 'vitest';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { imageTag } from '../../../src/resources/shared/image-name.ts';
import { container, defaulted, metadata, pod } from '../objects.ts';

const specOf = (spec: Partial<Pod['spec']> = {}) => defaulted(pods, pod(spec)).spec;
const first = (more: Parameters<typeof container>[0]) => specOf({ containers: [container(more)] }).containers[0]!;

describe('defaults of pods', () => {
  test('a minimal pod', () => {
    expect(specOf()).toEqual({
      containers: [
        {
          name: 'web',
          image: 'nginx:1.27',
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    });
  });

  test('what the client says stays', () => {
    const said = {
      restartPolicy: 'Never',
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 0,
      schedulerName: 'mine',
      enableServiceLinks: false,
    };
    expect(specOf(said)).toMatchObject(said);
    expect(first({ imagePullPolicy: 'Never' }).imagePullPolicy).toBe('Never');
    expect(specOf({ serviceAccount: 'robot' })).toMatchObject({ serviceAccountName: 'robot', serviceAccount: 'robot' });
    expect(specOf({ serviceAccount: 'old', serviceAccountName: 'new' }).serviceAccount).toBe('new');
  });

  test('twice is once', () => {
    const once = defaulted(
      pods,
      pod({
        hostNetwork: true,
        containers: [container({ ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } })],
      }),
    );
    expect(defaulted(pods, once)).toEqual(once);
  });

  test('a body without a spec does not fail here but in validation', () => {
    const bare = { apiVersion: 'v1', kind: 'Pod', metadata: metadata('bare') } as Pod;
    expect(defaulted(pods, bare).spec.containers).toEqual([]);
  });

  test.each([
    ['nginx', 'latest', 'Always'],
    ['nginx:latest', 'latest', 'Always'],
    ['nginx:1.27', '1.27', 'IfNotPresent'],
    ['localhost:5000/team/app', 'latest', 'Always'],
    ['registry.example.com:5000/team/app:v2', 'v2', 'IfNotPresent'],
    [`nginx@sha256:${'a'.repeat(64)}`, '', 'IfNotPresent'],
    [`nginx:latest@sha256:${'a'.repeat(64)}`, 'latest', 'Always'],
    ['Not A Reference', '', 'IfNotPresent'],
    ['', '', 'IfNotPresent'],
  ])('image %s has tag %s and is pulled %s', (image, tag, policy) => {
    expect(imageTag(image)).toBe(tag);
    expect(first({ image }).imagePullPolicy).toBe(policy);
  });

  test('containers: ports, environment, probes, hooks', () => {
    const { ports, env, livenessProbe, readinessProbe, lifecycle } = first({
      ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'C', valueFrom: { fileKeyRef: { key: 'k', path: 'p', volumeName: 'v' } } },
      ],
      livenessProbe: { httpGet: { port: 80 } },
      readinessProbe: { grpc: { port: 9000 }, periodSeconds: 5 },
      lifecycle: { preStop: { httpGet: { port: 'http', path: '/stop', scheme: 'HTTPS' } } },
    });
    expect(ports?.map(({ protocol }) => protocol)).toEqual(['TCP', 'UDP']);
    expect(env?.map(({ valueFrom }) => valueFrom)).toEqual([
      { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } },
      { resourceFieldRef: { resource: 'limits.cpu', divisor: '0' } },
      { fileKeyRef: { key: 'k', path: 'p', volumeName: 'v', optional: false } },
    ]);
    const numbers = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
    expect(livenessProbe).toEqual({ ...numbers, httpGet: { path: '/', port: 80, scheme: 'HTTP' } });
    expect(readinessProbe).toEqual({ ...numbers, periodSeconds: 5, grpc: { port: 9000, service: '' } });
    expect(lifecycle?.preStop?.httpGet).toEqual({ port: 'http', path: '/stop', scheme: 'HTTPS' });
  });

  test('requests come from limits, amounts are rounded up to thousandths', () => {
    expect(first({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } }).resources).toEqual({
      limits: { cpu: '1', memory: '1Gi' },
      requests: { cpu: '500m', memory: '1Gi' },
    });
    expect(first({ resources: { requests: { cpu: '1500u' } } }).resources?.requests).toEqual({ cpu: '2m' });
  });

  test('resources of the pod as a whole', () => {
    const containers = [
      container({ resources: { requests: { cpu: '100m' } } }),
      container({ name: 'b', resources: { requests: { cpu: '200m' } } }),
    ];
    expect(specOf({ containers, resources: { limits: { cpu: '1', memory: '1Gi' } } }).resources).toEqual({
      limits: { cpu: '1', memory: '1Gi' },
      requests: { cpu: '300m', memory: '1Gi' },
    });
  });

  test('on the host network ports are host ports', () => {
    const containers = [container({ ports: [{ containerPort: 80 }] })];
    expect(specOf({ containers, hostNetwork: true }).containers[0]?.ports).toEqual([
      { containerPort: 80, hostPort: 80, protocol: 'TCP' },
    ]);
    expect(specOf({ containers }).containers[0]?.ports).toEqual([{ containerPort: 80, protocol: 'TCP' }]);
  });

  test.each([
    ['nothing', {}, { emptyDir: {} }],
    ['configMap', { configMap: { name: 'a' } }, { configMap: { name: 'a', defaultMode: 0o644 } }],
    ['secret', { secret: { secretName: 'a', defaultMode: 0o400 } }, { secret: { secretName: 'a', defaultMode: 0o400 } }],
    ['hostPath', { hostPath: { path: '/a' } }, { hostPath: { path: '/a', type: '' } }],
    [
      'downwardAPI',
      { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      {
        downwardAPI: { defaultMode: 0o644, items: [{ path: 'a', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }] },
      },
    ],
    [
      'projected',
      { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      { projected: { defaultMode: 0o644, sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600 } }] } },
    ],
    ['image', { image: { reference: 'data:v1' } }, { image: { reference: 'data:v1', pullPolicy: 'IfNotPresent' } }],
    [
      'iscsi',
      { iscsi: { iqn: 'i', lun: 0, targetPortal: 't' } },
      { iscsi: { iqn: 'i', lun: 0, targetPortal: 't', iscsiInterface: 'default' } },
    ],
  ])('a volume with %s', (_, source, expected) => {
    expect(specOf({ volumes: [{ name: 'v', ...source }] }).volumes).toEqual([{ name: 'v', ...expected }]);
  });

  test('a template gets what a pod gets, but for what only pods have', () => {
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [container({ resources: { limits: { cpu: '1' } } })] },
    };
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('web'),
      spec: { selector: { matchLabels: { app: 'web' } }, template },
    };
    const { spec } = defaulted(deployments, object).spec.template;
    expect(spec).toMatchObject({ restartPolicy: 'Always', containers: [{ imagePullPolicy: 'IfNotPresent' }] });
    expect(spec.containers[0]?.resources).toEqual({ limits: { cpu: '1' } });
    expect(spec).not.toHaveProperty('serviceAccountName');
    expect(spec).not.toHaveProperty('enableServiceLinks');
  });
});
