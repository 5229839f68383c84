import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/lib/random.ts';
import { pickFree } from '../../../src/resources/core/number-pool.ts';
import { services } from '../../../src/resources/core/service.ts';
import { defaulted, metadata, now, service } from '../objects.ts';
import { ServiceCluster as Cluster } from './service-cluster.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));

const isNodePort = (port: number | undefined) => port !== undefined && port >= 30_000 && port <= 32_767;
const nodePort = { type: 'NodePort', ports: [{ port: 80 }] };

describe('cluster IPs', () => {
  test('each Service gets one of its own', () => {
    const cluster = new Cluster();
    const ips = Array.from({ length: 500 }, (_, i) => cluster.create({ ports: [{ port: 80 }] }, `s${i}`).spec.clusterIP!);
    expect(new Set(ips).size).toBe(500);
    for (const ip of ips) expect(ip).toMatch(/^10\.96\.\d+\.\d+$/);
    expect(ips).not.toContain('10.96.0.1');
  });

  test('families and policy follow', () => {
    const { spec } = new Cluster().create({ ports: [{ port: 80 }] });
    expect(spec).toMatchObject({ clusterIPs: [spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  });

  test('a requested one is honoured, once', () => {
    const cluster = new Cluster();
    expect(cluster.create({ ports: [{ port: 80 }], clusterIP: '10.96.5.5' }).spec.clusterIPs).toEqual(['10.96.5.5']);
    expect(cluster.refuse({ ports: [{ port: 80 }], clusterIP: '10.96.5.5' })).toEqual([
      'spec.clusterIPs: Invalid value: ["10.96.5.5"]: failed to allocate IP 10.96.5.5: provided IP is already allocated',
    ]);
  });

  test('a Service that is gone holds nothing', () => {
    const cluster = new Cluster();
    cluster.create({ ports: [{ port: 80 }], clusterIP: '10.96.5.5' });
    cluster.stored.clear();
    expect(cluster.refuse({ ports: [{ port: 80 }], clusterIP: '10.96.5.5' })).toEqual([]);
  });

  test('the first one is for the kubernetes Service', () => {
    const cluster = new Cluster();
    expect(cluster.refuse({ ports: [{ port: 80 }], clusterIP: '10.96.0.1' })).toEqual([
      'spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    ]);
    expect(cluster.create({ ports: [{ port: 443 }], clusterIP: '10.96.0.1' }, 'kubernetes').spec.clusterIP).toBe('10.96.0.1');
  });

  test.each([
    [
      '10.97.0.1',
      [
        'spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: the provided network does not match the current range',
      ],
    ],
    [
      '10.96.0.0',
      [
        'spec.clusterIPs: Invalid value: ["10.96.0.0"]: failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
      ],
    ],
    [
      'nonsense',
      ['spec.clusterIPs[0]: Invalid value: "nonsense": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    ['fd00::1', ['spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster']],
  ])('%s is refused', (clusterIP, expected) => {
    expect(new Cluster().refuse({ ports: [{ port: 80 }], clusterIP })).toEqual(expected);
  });

  test('headless Services get none', () => {
    const cluster = new Cluster();
    expect(cluster.create({ clusterIP: 'None', selector: { app: 'web' } }, 'a').spec).toMatchObject({
      clusterIPs: ['None'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    expect(cluster.create({ clusterIP: 'None' }, 'b').spec).toMatchObject({
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    });
    expect(cluster.create({ clusterIP: 'None' }, 'c').spec.clusterIP).toBe('None');
  });

  test('two families cannot be had', () => {
    const cluster = new Cluster();
    expect(cluster.refuse({ ports: [{ port: 80 }], ipFamilyPolicy: 'RequireDualStack' })).toEqual([
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ]);
    expect(cluster.refuse({ ports: [{ port: 80 }], ipFamilies: ['IPv6'] })).toEqual([
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ]);
    expect(cluster.create({ ports: [{ port: 80 }], ipFamilyPolicy: 'PreferDualStack' }).spec).toMatchObject({
      ipFamilies: ['IPv4'],
    });
  });

  test('the address stays for life', () => {
    const cluster = new Cluster();
    const { clusterIP } = cluster.create({ ports: [{ port: 80 }] }).spec;
    expect(cluster.replace({ ports: [{ port: 81 }] }).spec).toMatchObject({
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ port: 81 }],
    });
    expect(cluster.refuseUpdate('web', (spec) => (spec.clusterIP = '10.96.9.9'))).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set',
    ]);
    expect(cluster.refuseUpdate('web', (spec) => (spec.clusterIP = 'None'))).toContain(
      'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set',
    );
  });

  test('to ExternalName and back', () => {
    const cluster = new Cluster();
    cluster.create({ ports: [{ port: 80 }] });
    const away = cluster.update('web', (spec) => Object.assign(spec, { type: 'ExternalName', externalName: 'example.com' }));
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'])
      expect(away.spec).not.toHaveProperty(field);
    const back = cluster.update('web', (spec) => {
      spec.type = 'ClusterIP';
      delete spec.externalName;
    });
    expect(back.spec.clusterIPs).toEqual([expect.stringMatching(/^10\.96\./)]);
  });
});

describe('node ports', () => {
  test('every port gets one of its own', () => {
    const cluster = new Cluster();
    const ports = Array.from({ length: 200 }, (_, i) => cluster.create(nodePort, `s${i}`).spec.ports![0]!.nodePort!);
    expect(ports.every(isNodePort)).toBe(true);
    expect(new Set(ports).size).toBe(200);
  });

  test('a requested one is honoured, once', () => {
    const cluster = new Cluster();
    cluster.create({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
    const again = cluster.refuse({ type: 'NodePort', ports: [{ port: 81, protocol: 'UDP', nodePort: 30_080 }] });
    expect(again).toEqual(['spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated']);
    expect(cluster.refuse({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })).toEqual([
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ]);
  });

  test('one number over two protocols shares one', () => {
    const { ports } = new Cluster().create({
      type: 'NodePort',
      ports: [
        { name: 'tcp', port: 53 },
        { name: 'udp', port: 53, protocol: 'UDP' },
      ],
    }).spec;
    expect(isNodePort(ports![0]!.nodePort)).toBe(true);
    expect(ports![1]!.nodePort).toBe(ports![0]!.nodePort);
    const asked = new Cluster().create({
      type: 'NodePort',
      ports: [
        { name: 'tcp', port: 53 },
        { name: 'udp', port: 53, protocol: 'UDP', nodePort: 30_053 },
      ],
    });
    expect(asked.spec.ports?.map((port) => port.nodePort)).toEqual([30_053, 30_053]);
  });

  test('two numbers do not share one', () => {
    expect(
      new Cluster().refuse({
        type: 'NodePort',
        ports: [
          { name: 'a', port: 1, nodePort: 30_001 },
          { name: 'b', port: 2, protocol: 'UDP', nodePort: 30_001 },
        ],
      }),
    ).toEqual(['spec.ports[1].nodePort: Invalid value: 30001: provided port is already allocated']);
  });

  test('they stay with their name when the manifest is applied again', () => {
    const cluster = new Cluster();
    const before = cluster.create({
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ],
    }).spec.ports!;
    const after = cluster.replace({
      type: 'NodePort',
      ports: [
        { name: 'b', port: 82 },
        { name: 'a', port: 80 },
        { name: 'c', port: 83 },
      ],
    }).spec.ports!;
    expect(after.slice(0, 2).map((port) => port.nodePort)).toEqual([before[1]!.nodePort, before[0]!.nodePort]);
    expect(new Set(after.map((port) => port.nodePort)).size).toBe(3);
  });

  test('they come and go with the type', () => {
    const cluster = new Cluster();
    cluster.create({ ports: [{ port: 80 }] });
    const open = cluster.update('web', (spec) => (spec.type = 'NodePort'));
    expect(isNodePort(open.spec.ports![0]!.nodePort)).toBe(true);
    expect(open.spec.externalTrafficPolicy).toBe('Cluster');
    const closed = cluster.update('web', (spec) => (spec.type = 'ClusterIP'));
    expect(closed.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(closed.spec).not.toHaveProperty('externalTrafficPolicy');
    expect(closed.spec.clusterIP).toBe(open.spec.clusterIP);
  });

  test('a changed one with a change of type is refused', () => {
    const cluster = new Cluster();
    cluster.create(nodePort);
    const errors = cluster.refuseUpdate('web', (spec) => {
      spec.type = 'ClusterIP';
      spec.ports![0]!.nodePort = 30_999;
    });
    expect(errors).toContain("spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'");
  });

  test('a load balancer may go without', () => {
    const { spec } = new Cluster().create({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] });
    expect(spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(isNodePort(new Cluster().create({ type: 'LoadBalancer', ports: [{ port: 80 }] }).spec.ports![0]!.nodePort)).toBe(true);
  });

  test("a port for health checks is nobody else's", () => {
    const cluster = new Cluster();
    const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] };
    cluster.create({ ...local, healthCheckNodePort: 30_007 });
    const refusals = [
      ...cluster.refuse({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_007 }] }),
      ...cluster.refuse({ ...local, healthCheckNodePort: 30_007 }),
    ];
    expect(refusals.filter((line) => line.endsWith('provided port is already allocated'))).toHaveLength(2);
  });

  test('a port for health checks comes and goes with the policy', () => {
    const cluster = new Cluster();
    const local = cluster.create({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] });
    const { healthCheckNodePort, ports } = local.spec;
    expect(isNodePort(healthCheckNodePort)).toBe(true);
    expect(healthCheckNodePort).not.toBe(ports![0]!.nodePort);
    expect(cluster.refuse({ type: 'NodePort', ports: [{ port: 80, nodePort: healthCheckNodePort }] })).toEqual([
      `spec.ports[0].nodePort: Invalid value: ${healthCheckNodePort}: provided port is already allocated`,
    ]);
    expect(cluster.refuseUpdate('web', (spec) => (spec.healthCheckNodePort = 30_000))).toEqual([
      'spec.healthCheckNodePort: Forbidden: field is immutable',
    ]);
    expect(cluster.update('web', (spec) => (spec.externalTrafficPolicy = 'Cluster')).spec).not.toHaveProperty(
      'healthCheckNodePort',
    );
    expect(isNodePort(cluster.update('web', (spec) => (spec.externalTrafficPolicy = 'Local')).spec.healthCheckNodePort)).toBe(
      true,
    );
  });

  test('a change away from a load balancer clears what only it has', () => {
    const cluster = new Cluster();
    cluster.create({ type: 'LoadBalancer', loadBalancerClass: 'example.com/lb', ports: [{ port: 80 }] });
    cluster.stored.get('default/web')!.status = { loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }] } };
    const changed = cluster.update('web', (spec) => (spec.type = 'ClusterIP'));
    expect(changed.spec).not.toHaveProperty('allocateLoadBalancerNodePorts');
    expect(changed.spec).not.toHaveProperty('loadBalancerClass');
    expect(changed.status).toEqual({ loadBalancer: {} });
  });
});

describe('a pool of numbers', () => {
  const pool = { first: 1, last: 9, dynamicFrom: 5 };
  const random = () => seededRandom(seed);

  test('gives the upper numbers first, then the lower, then none', () => {
    const taken = new Set<number>();
    const order = Array.from({ length: 9 }, () => {
      const n = pickFree(pool, (candidate) => taken.has(candidate), random())!;
      taken.add(n);
      return n;
    });
    expect(order.slice(0, 5).sort(), `seed ${seed}`).toEqual([5, 6, 7, 8, 9]);
    expect(order.slice(5).sort(), `seed ${seed}`).toEqual([1, 2, 3, 4]);
    expect(pickFree(pool, (candidate) => taken.has(candidate), random())).toBeUndefined();
  });
});

test('a new Service has an empty status', () => {
  const object = defaulted(services, {
    ...service(),
    metadata: metadata('web'),
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
  });
  services.strategy.prepareForCreate!(object, { now, random: seededRandom(seed) });
  expect(object.status).toEqual({ loadBalancer: {} });
});
