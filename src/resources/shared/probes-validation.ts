/** Probes and lifecycle hooks (`validateProbe`, `validateHandler` upstream). */
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import type { Container } from './container.ts';
import { invalidEach, isHeaderName, validateNotNegative, validatePort } from './format-rules.ts';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from './probes.ts';
import { linuxSignals, windowsSignals } from './stop-signals.ts';

/** Checks the probes and hooks of a container that keeps running. */
export function validateProbesAndHooks(
  container: Container,
  gracePeriodSeconds: number | undefined,
  os: string | undefined,
  path: string,
): FieldError[] {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...(lifecycle ? validateLifecycle(lifecycle, gracePeriodSeconds, os, `${path}.lifecycle`) : []),
    ...(livenessProbe ? validateRestartingProbe(livenessProbe, `${path}.livenessProbe`) : []),
    ...(readinessProbe ? validateReadinessProbe(readinessProbe, `${path}.readinessProbe`) : []),
    ...(startupProbe ? validateRestartingProbe(startupProbe, `${path}.startupProbe`) : []),
  ];
}

/** Liveness and startup probes: one success is enough. */
function validateRestartingProbe(probe: Probe, path: string): FieldError[] {
  const errors = validateProbe(probe, path);
  if (probe.successThreshold !== 1)
    errors.push(fieldInvalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  return errors;
}

function validateReadinessProbe(probe: Probe, path: string): FieldError[] {
  const errors = validateProbe(probe, path);
  if (probe.terminationGracePeriodSeconds !== undefined)
    errors.push(
      fieldInvalid(
        `${path}.terminationGracePeriodSeconds`,
        probe.terminationGracePeriodSeconds,
        'must not be set for readinessProbes',
      ),
    );
  return errors;
}

function validateProbe(probe: Probe, path: string): FieldError[] {
  const errors = validateHandler(probe, undefined, path);
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const)
    errors.push(...validateNotNegative(probe[field], `${path}.${field}`));
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(fieldInvalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  return errors;
}

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** Exactly one handler; only the first of several is looked at. */
function validateHandler(handler: Handler, gracePeriodSeconds: number | undefined, path: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const checks: [string, unknown, (at: string) => FieldError[]][] = [
    ['exec', exec, (at) => (exec?.command?.length ? [] : [fieldRequired(`${at}.command`)])],
    ['httpGet', httpGet, (at) => (httpGet ? validateHttpGet(httpGet, at) : [])],
    ['tcpSocket', tcpSocket, (at) => validatePort(tcpSocket?.port, `${at}.port`)],
    ['grpc', grpc, (at) => validatePort(grpc?.port, `${at}.port`)],
    ['sleep', sleep, (at) => validateSleep(sleep?.seconds ?? 0, gracePeriodSeconds, at)],
  ];
  const present = checks.filter(([, action]) => action !== undefined);
  if (present.length === 0) return [fieldRequired(path, 'must specify a handler type')];
  return present.flatMap(([name, , check], i) =>
    i === 0 ? check(`${path}.${name}`) : [fieldForbidden(`${path}.${name}`, 'may not specify more than 1 handler type')],
  );
}

function validateHttpGet(action: HTTPGetAction, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!action.path) errors.push(fieldRequired(`${path}.path`));
  errors.push(...validatePort(action.port, `${path}.port`));
  const schemes = ['HTTP', 'HTTPS'];
  if (!schemes.includes(action.scheme ?? '')) errors.push(fieldNotSupported(`${path}.scheme`, action.scheme ?? '', schemes));
  for (const { name } of action.httpHeaders ?? []) errors.push(...invalidEach(`${path}.httpHeaders`, name, isHeaderName(name)));
  return errors;
}

function validateSleep(seconds: number, gracePeriodSeconds: number | undefined, path: string): FieldError[] {
  if (gracePeriodSeconds === undefined || (seconds >= 0 && seconds <= gracePeriodSeconds)) return [];
  return [
    fieldInvalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriodSeconds})`),
  ];
}

function validateLifecycle(
  { postStart, preStop, stopSignal }: Lifecycle,
  gracePeriodSeconds: number | undefined,
  os: string | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (postStart) errors.push(...validateHandler(postStart, gracePeriodSeconds, `${path}.postStart`));
  if (preStop) errors.push(...validateHandler(preStop, gracePeriodSeconds, `${path}.preStop`));
  if (stopSignal === undefined) return errors;
  const at = `${path}.stopSignal`;
  if (os === undefined) return [...errors, fieldForbidden(at, 'may not be set for containers with empty `spec.os.name`')];
  const signals = os === 'windows' ? windowsSignals : linuxSignals;
  return signals.includes(stopSignal) ? errors : [...errors, fieldNotSupported(at, stopSignal, signals)];
}
