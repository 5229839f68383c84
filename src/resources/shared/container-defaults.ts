import { formatQuantity, milliQuantityOf, parseQuantity, quantityMilliValue } from '../../machinery/quantity.ts';
import type { Container, EphemeralContainer } from './container.ts';
import type { EnvVar, ObjectFieldSelector, ResourceFieldSelector } from './environment.ts';
import { defaultPullPolicy } from './image-name.ts';
import type { HTTPGetAction, Probe } from './probes.ts';

/** Fills in what a container leaves out, in pods and in templates alike. */
export function defaultContainer(container: Container | EphemeralContainer): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image);
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  roundToThousandths(container.resources.limits);
  roundToThousandths(container.resources.requests);
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) defaultVariable(variable);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop])
    if (hook?.httpGet) defaultHttpGet(hook.httpGet);
}

/** Amounts of resources are kept in thousandths at most, rounded up. */
export function roundToThousandths(list: Record<string, string> | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    if (!/[nu]$|e-|\./.test(text)) continue;
    const exact = parseQuantity(text);
    list![name] = formatQuantity(milliQuantityOf(quantityMilliValue(exact), exact.format));
  }
}

function defaultVariable({ valueFrom }: EnvVar): void {
  if (valueFrom?.fieldRef) defaultFieldRef(valueFrom.fieldRef);
  if (valueFrom?.resourceFieldRef) defaultResourceFieldRef(valueFrom.resourceFieldRef);
  if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
}

export function defaultFieldRef(ref: ObjectFieldSelector): void {
  ref.apiVersion ||= 'v1';
}

/** A divisor is a plain value in upstream's types, so every object shows one; 0 stands for 1. */
export function defaultResourceFieldRef(ref: ResourceFieldSelector): void {
  ref.divisor ??= '0';
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: HTTPGetAction): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}
