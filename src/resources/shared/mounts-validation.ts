/** What containers mount (`ValidateVolumeMounts`, `ValidateVolumeDevices` upstream). */
import {
  fieldForbidden,
  fieldInvalid,
  fieldNotFound,
  fieldNotSupported,
  fieldRequired,
  type FieldError,
} from '../../machinery/status.ts';
import type { Container, EphemeralContainer, VolumeMount } from './container.ts';
import { validateDescendingPath } from './format-rules.ts';
import type { Volume } from './volumes.ts';

export function validateMounts(
  container: Container | EphemeralContainer,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const errors: FieldError[] = [];
  const mountPaths = new Set<string>();
  for (const [i, mount] of volumeMounts.entries()) {
    const { name, mountPath } = mount;
    const at = `${path}.volumeMounts[${i}]`;
    if (!name) errors.push(fieldRequired(`${at}.name`));
    if (!volumes.has(name)) errors.push(fieldNotFound(`${at}.name`, name ?? ''));
    if (!mountPath) errors.push(fieldRequired(`${at}.mountPath`));
    if (mountPaths.has(mountPath)) errors.push(fieldInvalid(`${at}.mountPath`, mountPath, 'must be unique'));
    mountPaths.add(mountPath);
    if (volumeDevices.some((device) => device.name === name))
      errors.push(fieldInvalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (volumeDevices.some((device) => device.devicePath === mountPath))
      errors.push(fieldInvalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    errors.push(...validateMountDetails(mount, container.securityContext?.privileged === true, `${path}.volumeMounts`, at));
  }
  return [...errors, ...validateDevices(container, volumes, `${path}.volumeDevices`)];
}

/** Upstream names the list for most of these, not the mount in it. */
function validateMountDetails(mount: VolumeMount, privileged: boolean, listPath: string, path: string): FieldError[] {
  const { subPath, subPathExpr, mountPropagation: propagation, recursiveReadOnly } = mount;
  const errors: FieldError[] = [];
  if (subPath) errors.push(...validateDescendingPath(subPath, `${listPath}.subPath`));
  if (subPathExpr) {
    if (subPath) errors.push(fieldInvalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
    errors.push(...validateDescendingPath(subPathExpr, `${listPath}.subPathExpr`));
  }
  const propagations = ['Bidirectional', 'HostToContainer', 'None'];
  if (propagation !== undefined && !propagations.includes(propagation))
    errors.push(fieldNotSupported(`${listPath}.mountPropagation`, propagation, propagations));
  if (propagation === 'Bidirectional' && !privileged)
    errors.push(
      fieldForbidden(
        `${listPath}.mountPropagation`,
        'Bidirectional mount propagation is available only to privileged containers',
      ),
    );
  const recursive = `${listPath}.recursiveReadOnly`;
  switch (recursiveReadOnly) {
    case undefined:
    case 'Disabled':
      break;
    case 'Enabled':
    case 'IfPossible':
      if (!mount.readOnly) errors.push(fieldForbidden(recursive, 'may only be specified when readOnly is true'));
      if (propagation !== undefined && propagation !== 'None')
        errors.push(fieldForbidden(recursive, 'may only be specified when mountPropagation is None or not specified'));
      break;
    default:
      errors.push(fieldNotSupported(recursive, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible']));
  }
  return errors;
}

function validateDevices(
  { volumeDevices = [], volumeMounts = [] }: Container | EphemeralContainer,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, { name, devicePath }] of volumeDevices.entries()) {
    const at = `${path}[${i}]`;
    const volume = volumes.get(name);
    if (!name) errors.push(fieldRequired(`${at}.name`));
    if (names.has(name)) errors.push(fieldInvalid(`${at}.name`, name, 'must be unique'));
    if (!volume) errors.push(fieldNotFound(`${at}.name`, name ?? ''));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(
        fieldInvalid(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'),
      );
    if (!devicePath) errors.push(fieldRequired(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(fieldInvalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath?.split('/').includes('..'))
      errors.push(fieldInvalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (volumeMounts.some((mount) => mount.name === name))
      errors.push(fieldInvalid(`${at}.name`, name, 'must not already exist in volumeMounts'));
    if (volumeMounts.some((mount) => mount.mountPath === devicePath))
      errors.push(fieldInvalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    names.add(name);
  }
  return errors;
}
