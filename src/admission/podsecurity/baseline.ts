import type { SELinuxOptions } from '../../resources/shared/security.ts';
import {
  containersOf,
  distinct,
  named,
  plural,
  quoted,
  setters,
  type AnyContainer,
  type Check,
  type Checked,
  type Violation,
} from './check.ts';
import { baselineSeccompAnnotations, baselineSeccompProfiles } from './seccomp.ts';

const always = (check: (pod: Checked) => Violation | undefined): Check['versions'] => [{ since: 0, check }];

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

function appArmorProfile({ annotations, spec }: Checked): Violation | undefined {
  const isWrong = (type: string | undefined) => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const typeOf = (context: { appArmorProfile?: { type?: string } } | undefined) =>
    context?.appArmorProfile && (context.appArmorProfile.type ?? '');
  const podType = typeOf(spec.securityContext);
  const bad = containersOf(spec).filter(({ securityContext }) => isWrong(typeOf(securityContext)));
  const badAnnotations = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(appArmorPrefix) && !/^($|runtime\/default$|localhost\/)/.test(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const inFields = setters(isWrong(podType), bad);
  const inAnnotations = badAnnotations.length > 0 ? plural(badAnnotations.length, 'annotation') : undefined;
  const who = [inFields, inAnnotations].filter((part) => part !== undefined);
  if (who.length === 0) return undefined;
  const types = [...(isWrong(podType) ? [podType!] : []), ...bad.map(({ securityContext }) => typeOf(securityContext) ?? '')];
  const values = [...distinct(types), ...badAnnotations];
  return {
    reason: plural(values.length, 'forbidden AppArmor profile'),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

const defaultCapabilities: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

function capabilities({ spec }: Checked): Violation | undefined {
  const badOf = ({ securityContext }: AnyContainer) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !defaultCapabilities.has(name));
  const bad = containersOf(spec).filter((container) => badOf(container).length > 0);
  if (bad.length === 0) return undefined;
  return {
    reason: 'non-default capabilities',
    detail: `${named(bad)} must not include ${quoted(distinct(bad.flatMap(badOf)))} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: Checked): Violation | undefined {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]).map((name) => `${name}=true`);
  return used.length > 0 ? { reason: 'host namespaces', detail: used.join(', ') } : undefined;
}

function hostPathVolumes({ spec }: Checked): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural(names.length, 'volume')} ${quoted(names)}` };
}

function hostPorts({ spec }: Checked): Violation | undefined {
  const portsOf = ({ ports = [] }: AnyContainer) => ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const bad = containersOf(spec).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = distinct(bad.flatMap(portsOf));
  return {
    reason: 'hostPort',
    detail: `${named(bad)} ${plural(bad.length, 'uses', 'use')} ${plural(ports.length, 'hostPort')} ${ports.join(', ')}`,
  };
}

function hostsOfProbes({ spec }: Checked): Violation | undefined {
  const hostsOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer) =>
    [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop]
      .flatMap((action) => [action?.httpGet?.host, action?.tcpSocket?.host])
      .filter((host) => host !== undefined && host !== '') as string[];
  const bad = containersOf(spec).filter((container) => hostsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const sorted = [...bad].sort((a, b) => (a.name < b.name ? -1 : 1));
  const hosts = distinct(bad.flatMap(hostsOf));
  return {
    reason: 'probe or lifecycle host',
    detail: `${named(sorted)} ${plural(bad.length, 'uses', 'use')} ${plural(hosts.length, 'probe or lifecycle host')} ${quoted(hosts)}`,
  };
}

function privileged({ spec }: Checked): Violation | undefined {
  const bad = containersOf(spec).filter(({ securityContext }) => securityContext?.privileged);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` };
}

export function procMount({ spec }: Checked): Violation | undefined {
  const typeOf = ({ securityContext }: AnyContainer) => securityContext?.procMount ?? 'Default';
  const bad = containersOf(spec).filter((container) => typeOf(container) !== 'Default');
  if (bad.length === 0) return undefined;
  return {
    reason: 'procMount',
    detail: `${named(bad)} must not set securityContext.procMount to ${quoted(distinct(bad.map(typeOf)))}`,
  };
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

function seLinuxOptions({ spec }: Checked, allowed: readonly string[]): Violation | undefined {
  const isWrong = (options: SELinuxOptions | undefined) =>
    !!options && (!allowed.includes(options.type ?? '') || !!options.user || !!options.role);
  const ofPod = spec.securityContext?.seLinuxOptions;
  const bad = containersOf(spec).filter(({ securityContext }) => isWrong(securityContext?.seLinuxOptions));
  const who = setters(isWrong(ofPod), bad);
  if (!who) return undefined;
  const all = [ofPod, ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)].filter((o) => o !== undefined);
  const types = distinct(all.map(({ type = '' }) => type).filter((type) => !allowed.includes(type)));
  const what = [
    ...(types.length > 0 ? [`${plural(types.length, 'type')} ${quoted(types)}`] : []),
    ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}` };
}

const sysctls0 = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const sysctls27 = [...sysctls0, 'net.ipv4.ip_local_reserved_ports'];
const sysctls29 = [
  ...sysctls27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const sysctls32 = [...sysctls29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

function sysctls({ spec }: Checked, allowed: readonly string[]): Violation | undefined {
  const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name));
  return bad.length > 0 ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined;
}

function windowsHostProcess({ spec }: Checked): Violation | undefined {
  const bad = containersOf(spec).filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
  const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, bad);
  return who
    ? { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` }
    : undefined;
}

/** What no ordinary pod needs, ordered by id. */
export const baselineChecks: readonly Check[] = [
  { id: 'appArmorProfile', level: 'baseline', versions: always(appArmorProfile) },
  { id: 'capabilities_baseline', level: 'baseline', versions: always(capabilities) },
  { id: 'hostNamespaces', level: 'baseline', versions: always(hostNamespaces) },
  { id: 'hostPathVolumes', level: 'baseline', versions: always(hostPathVolumes) },
  { id: 'hostPorts', level: 'baseline', versions: always(hostPorts) },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [{ since: 34, check: hostsOfProbes }] },
  { id: 'privileged', level: 'baseline', versions: always(privileged) },
  {
    id: 'procMount',
    level: 'baseline',
    versions: [
      { since: 0, check: procMount },
      // In a user namespace of its own a pod cannot do harm with it.
      { since: 35, check: (pod) => (pod.spec.hostUsers === false ? undefined : procMount(pod)) },
    ],
  },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    versions: [
      { since: 0, check: (pod) => seLinuxOptions(pod, seLinuxTypes) },
      { since: 31, check: (pod) => seLinuxOptions(pod, [...seLinuxTypes, 'container_engine_t']) },
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    versions: [
      { since: 0, check: baselineSeccompAnnotations },
      { since: 19, check: baselineSeccompProfiles },
    ],
  },
  {
    id: 'sysctls',
    level: 'baseline',
    versions: [
      { since: 0, check: (pod) => sysctls(pod, sysctls0) },
      { since: 27, check: (pod) => sysctls(pod, sysctls27) },
      { since: 29, check: (pod) => sysctls(pod, sysctls29) },
      { since: 32, check: (pod) => sysctls(pod, sysctls32) },
    ],
  },
  { id: 'windowsHostProcess', level: 'baseline', versions: always(windowsHostProcess) },
];
