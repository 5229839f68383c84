/** What a client should know about valid volumes (`warningsForPodSpecAndMeta` upstream). */
import { claimSpecWarnings } from './volume-claim-warnings.ts';
import type { VolumeProjection } from './volumes-projected.ts';
import type { Volume } from './volumes.ts';

/** Kinds of volumes that are on their way out, under the names that upstream's sentences have for them. */
const outdated: readonly (readonly [source: keyof Volume, name: string, since: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

export function volumeWarnings(volumes: readonly Volume[], path: string): string[] {
  const warnings = volumes.flatMap((volume, i) => {
    const at = `${path}[${i}]`;
    const template = volume.ephemeral?.volumeClaimTemplate;
    return [
      ...outdated.filter(([source]) => volume[source] !== undefined).map(([, name, since]) => `${at}.${name}: ${since}`),
      ...(template ? claimSpecWarnings(template.spec, `${at}.ephemeral.volumeClaimTemplate.spec`) : []),
    ];
  });
  return [...warnings, ...volumes.flatMap(overlapWarnings)];
}

/** A file that a volume holds, and where it comes from. */
interface File {
  path: string;
  source: string;
}

/** Files of one volume that take each other's place. */
function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const warn = (about: string, files: readonly File[]) =>
    overlaps(files).map((each) => `volume ${JSON.stringify(name)} (${about}): overlapping paths: ${each}`);
  const empty = (projected?.sources ?? []).filter((source) => Object.keys(source).length === 0);
  return [
    ...warn(`ConfigMap ${JSON.stringify(configMap?.name ?? '')}`, filesOf(configMap?.items)),
    ...warn(`Secret ${JSON.stringify(secret?.secretName ?? '')}`, filesOf(secret?.items)),
    ...warn('DownwardAPI', filesOf(downwardAPI?.items)),
    ...empty.map(() => `volume ${JSON.stringify(name)} (Projected) has no sources provided`),
    ...warn('Projected', (projected?.sources ?? []).flatMap(projectedFiles)),
  ];
}

const filesOf = (items: readonly { path: string }[] | undefined, source = ''): File[] =>
  (items ?? []).map(({ path }) => ({ path, source }));

function projectedFiles(projection: VolumeProjection): File[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = projection;
  if (configMap?.items) return filesOf(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? '')}`);
  if (secret?.items) return filesOf(secret.items, `Secret ${JSON.stringify(secret.name ?? '')}`);
  if (downwardAPI?.items) return filesOf(downwardAPI.items, 'DownwardAPI');
  if (serviceAccountToken) return filesOf([serviceAccountToken], 'ServiceAccountToken');
  if (clusterTrustBundle) {
    const name = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? '';
    return filesOf([clusterTrustBundle], `ClusterTrustBundle ${JSON.stringify(name)}`);
  }
  const { certificateChainPath: chain, keyPath: key, credentialBundlePath: bundle } = podCertificate ?? {};
  return [
    ...(chain ? filesOf([{ path: chain }], 'PodCertificate chain') : []),
    ...(key ? filesOf([{ path: key }], 'PodCertificate key') : []),
    ...(bundle ? filesOf([{ path: bundle }], 'PodCertificate credential bundle') : []),
  ];
}

function overlaps(files: readonly File[]): string[] {
  const trimmed = files.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }));
  return trimmed.flatMap((file, i) =>
    trimmed
      .slice(0, i)
      .filter((other) => isWithin(file.path, other.path) || isWithin(other.path, file.path))
      .map((other) => `${shown(file)} with ${shown(other)}`),
  );
}

/** Whether a path is another one, or below it. An empty path is nowhere. */
const isWithin = (path: string, other: string): boolean => path !== '' && other !== '' && `${path}/`.startsWith(`${other}/`);

const shown = ({ path, source }: File): string => (source ? `${JSON.stringify(path)} (${source})` : JSON.stringify(path));
