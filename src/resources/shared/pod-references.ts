/** What a pod names of other objects in its namespace. */
import type { Pod } from '../core/pod.ts';
import type { Container, EphemeralContainer } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import type { Volume } from './volumes.ts';

/** By which kubelets know their own. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror';

type AnyContainer = Container | EphemeralContainer;

const containersOf = (spec: PodSpec): AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
];

/** The names of all secrets that a pod uses, wherever it names them (`VisitPodSecretNames` upstream). */
export function secretNames(spec: PodSpec): string[] {
  const names = [
    ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
    ...containersOf(spec).flatMap((container) => [
      ...(container.env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...(container.envFrom ?? []).map(({ secretRef }) => secretRef?.name),
    ]),
    ...(spec.volumes ?? []).flatMap(secretsOfVolume),
  ];
  return named(names);
}

function secretsOfVolume(volume: Volume): (string | undefined)[] {
  const { azureFile, cephfs, cinder, flexVolume, iscsi, projected, rbd, scaleIO, secret, storageos, csi } = volume;
  return [
    azureFile?.secretName,
    secret?.secretName,
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
    ...[cephfs, cinder, flexVolume, iscsi, rbd, scaleIO, storageos].map((source) => source?.secretRef?.name),
    csi?.nodePublishSecretRef?.name,
  ];
}

/** The names of all ConfigMaps that a pod uses (`VisitPodConfigmapNames` upstream). */
export function configMapNames(spec: PodSpec): string[] {
  return named([
    ...containersOf(spec).flatMap(({ env = [], envFrom = [] }) => [
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ]),
    ...(spec.volumes ?? []).flatMap(({ configMap, projected }) => [
      configMap?.name,
      ...(projected?.sources ?? []).map((source) => source.configMap?.name),
    ]),
  ]);
}

const named = (names: readonly (string | undefined)[]): string[] =>
  names.filter((name): name is string => name !== undefined && name !== '');

/** Whether the pod shows one that a kubelet runs from a file, and which knows nothing of the cluster. */
export const isMirrorPod = ({ metadata }: Pod): boolean => metadata.annotations?.[mirrorAnnotation] !== undefined;
