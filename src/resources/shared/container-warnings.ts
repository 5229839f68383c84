/** What a client should know about valid containers (`warningsForPodSpecAndMeta` upstream). */
import type { Container, ContainerPort, EphemeralContainer } from './container.ts';
import type { EnvVar } from './environment.ts';
import type { PodSpec } from './pod-spec.ts';
import { fractionalWarnings } from './volume-claim-warnings.ts';

export interface ContainerAt {
  container: Container | EphemeralContainer;
  path: string;
}

/** Every container of a pod with its path, in the order in which upstream visits them. */
export const containersOf = (spec: PodSpec, path: string): ContainerAt[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((part) =>
    (spec[part] ?? []).map((container, i) => ({ container, path: `${path}.${part}[${i}]` })),
  );

export function containerWarnings({ container: { resources = {}, env = [] }, path }: ContainerAt): string[] {
  const amounts = (['memory', 'ephemeral-storage'] as const).flatMap((name) =>
    (['limits', 'requests'] as const).flatMap((part) => fractionalWarnings(resources[part], name, `${path}.resources.${part}`)),
  );
  return [...amounts, ...hiddenVariables(env, `${path}.env`)];
}

/** A variable may be given again if the new value is made of the old one. */
function hiddenVariables(env: readonly EnvVar[], path: string): string[] {
  const seen = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    if (valueFrom === undefined && value !== reference && value.includes(reference)) return [];
    return [`${path}[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`];
  });
}

interface PortAt {
  port: ContainerPort;
  path: string;
}

/** About ports of the same pod that get into each other's way. */
export function portWarnings(containers: readonly ContainerAt[]): string[] {
  const ports = containers.flatMap(({ container, path }) =>
    (container.ports ?? []).map((port, i): PortAt => ({ port, path: `${path}.ports[${i}]` })),
  );
  const known = new Map<string, PortAt[]>();
  const warnings: string[] = [];
  for (const each of ports) {
    if (each.port.hostIP && !each.port.hostPort) warnings.push(`${each.path}: hostIP set without hostPort: ${goPort(each.port)}`);
    const key = `${each.port.containerPort}/${each.port.protocol}`;
    const others = known.get(key) ?? [];
    for (const other of others) {
      const clash = clashOf(each.port, other.port);
      if (clash) warnings.push(`${each.path}: ${clash} with ${other.path}`);
    }
    known.set(key, [...others, each]);
  }
  return [...warnings, ...nameWarnings(ports)];
}

/** How two definitions of one port and protocol get into each other's way, if they do. */
function clashOf(a: ContainerPort, b: ContainerPort): string | undefined {
  const [hostA = 0, hostB = 0] = [a.hostPort, b.hostPort];
  const [addressA = '', addressB = ''] = [a.hostIP, b.hostIP];
  if (addressA === addressB && hostA === hostB) return 'duplicate port definition';
  if (hostA === 0 || hostB === 0) return 'overlapping port definition';
  return hostA === hostB && (addressA === '') !== (addressB === '') ? 'dangerously ambiguous port definition' : undefined;
}

function nameWarnings(ports: readonly PortAt[]): string[] {
  const first = new Map<string, string>();
  return ports.flatMap(({ port: { name }, path }) => {
    if (!name) return [];
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, path);
      return [];
    }
    const users = `services and probes that select ports by name will use ${other}`;
    return [`${path}: duplicate port name ${JSON.stringify(name)} with ${other}, ${users}`];
  });
}

/** A port as Go prints it. */
const goPort = ({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
