/** What claims of volumes take of quotas (quota/v1/evaluator/core/persistent_volume_claims.go upstream). */
import { compareQuantities, parseQuantity, type Quantity } from '../../machinery/quantity.ts';
import type { PersistentVolumeClaim } from '../core/persistentvolumeclaim.ts';
import type { Amounts } from '../shared/pod-resources.ts';
import { storageClassOf } from '../shared/volume-modes.ts';
import { count, countName, selectsName, type Evaluator } from './evaluator.ts';

const claims = 'persistentvolumeclaims';
const storage = 'requests.storage';
const ofClass = (storageClass: string, name: string): string => `${storageClass}.storageclass.storage.k8s.io/${name}`;

export const persistentVolumeClaimEvaluator: Evaluator<PersistentVolumeClaim> = {
  counts: (name) =>
    name === countName(claims) || [claims, storage].some((each) => name === each || name.endsWith(ofClass('', each))),
  usage(claim) {
    const usage: Amounts = new Map([
      [claims, count(1)],
      [countName(claims), count(1)],
    ]);
    const storageClass = storageClassOf(claim);
    const size = sizeOf(claim);
    if (size) usage.set(storage, size);
    if (storageClass) usage.set(ofClass(storageClass, claims), count(1));
    if (storageClass && size) usage.set(ofClass(storageClass, storage), size);
    return usage;
  },
  isInScope: (claim, scope) =>
    scope.scopeName === 'VolumeAttributesClass' && selectsName(scope, attributesClassesOf(claim)),
  chargesUpdate: (subresource, claim, old) =>
    subresource === '' || (subresource === 'status' && (grows(claim, old) || changesClass(claim, old))),
};

const grows = ({ status }: PersistentVolumeClaim, { status: old }: PersistentVolumeClaim): boolean =>
  status?.allocatedResources?.['storage'] !== old?.allocatedResources?.['storage'];

function changesClass(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const [names, before] = [attributesClassesOf(claim), attributesClassesOf(old)];
  return names.length !== before.length || names.some((name) => !before.includes(name));
}

/** What is asked for, or what was allocated where that is more, in whole bytes. */
function sizeOf({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const asked = spec.resources?.requests?.['storage'];
  if (asked === undefined) return undefined;
  const allocated = status?.allocatedResources?.['storage'];
  const [request, given] = [wholeBytes(asked), allocated === undefined ? undefined : wholeBytes(allocated)];
  return given && compareQuantities(given, request) > 0 ? given : request;
}

function wholeBytes(text: string): Quantity {
  const quantity = parseQuantity(text);
  const part = quantity.nano % nanoPerUnit;
  return part === 0n ? quantity : { ...quantity, nano: quantity.nano - part + nanoPerUnit };
}

const nanoPerUnit = 1_000_000_000n;

/** The class that is asked for, the one that the volume has, and the one that it is being changed to. */
function attributesClassesOf({ spec, status }: PersistentVolumeClaim): string[] {
  const { currentVolumeAttributesClassName, modifyVolumeStatus } = status ?? {};
  const names = [
    spec.volumeAttributesClassName,
    currentVolumeAttributesClassName,
    modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];
}
