/** Rules of PersistentVolumes beyond their spec, and of changes to them (`ValidatePersistentVolumeUpdate` upstream). */
import { fieldForbidden, fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { changedFields } from '../shared/changed-fields.ts';
import { deprecatedNodeLabel } from '../shared/deprecated-labels.ts';
import { validateImmutable } from '../shared/immutable.ts';
import type { PersistentVolumeSpec } from '../shared/persistent-volume-spec.ts';
import { validatePersistentVolumeSpec } from '../shared/persistent-volume-validation.ts';
import { sameValue } from '../shared/same-value.ts';
import { classAnnotation } from '../shared/volume-modes.ts';
import type { PersistentVolume } from './persistentvolume.ts';

const mountOptionsAnnotation = 'volume.beta.kubernetes.io/mount-options';
/** Sources that know mount options. */
const mountable = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const satisfies readonly (keyof PersistentVolumeSpec)[];

export function validateVolume({ metadata, spec }: PersistentVolume): FieldError[] {
  const errors = validatePersistentVolumeSpec(spec, metadata.name, 'spec');
  if (metadata.annotations?.[mountOptionsAnnotation] !== undefined && mountable.every((name) => !spec[name]))
    errors.push(
      fieldForbidden(`metadata.annotations.${mountOptionsAnnotation}`, 'may not specify mount options for this volume type'),
    );
  return errors;
}

export function validateVolumeUpdate({ spec }: PersistentVolume, { spec: old }: PersistentVolume): FieldError[] {
  const errors = validateSourceUpdate(spec, old);
  errors.push(...validateImmutable(spec.volumeMode, old.volumeMode, 'volumeMode'));
  if (old.nodeAffinity && !sameValue(spec.nodeAffinity, renamedAs(spec.nodeAffinity, old.nodeAffinity)))
    errors.push(fieldInvalid('nodeAffinity', spec.nodeAffinity, 'field is immutable, except for updating from beta label to GA'));
  if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    errors.push(fieldForbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  return errors;
}

/** Where the data is cannot change; the secret for growing may be added. */
function validateSourceUpdate(spec: PersistentVolumeSpec, old: PersistentVolumeSpec): FieldError[] {
  const source = sourceOf(spec);
  if (source.csi?.controllerExpandSecretRef && old.csi && !old.csi.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = source.csi;
    source.csi = csi;
  }
  const before = sourceOf(old);
  if (sameValue(source, before)) return [];
  const rule = 'spec.persistentvolumesource is immutable after creation';
  return [fieldForbidden('spec.persistentvolumesource', `${rule}\n${changedFields(source, before, 'spec')}`)];
}

function sourceOf(spec: PersistentVolumeSpec): PersistentVolumeSpec {
  const {
    accessModes: _accessModes,
    capacity: _capacity,
    claimRef: _claimRef,
    mountOptions: _mountOptions,
    nodeAffinity: _nodeAffinity,
    persistentVolumeReclaimPolicy: _policy,
    storageClassName: _class,
    volumeAttributesClassName: _attributes,
    volumeMode: _mode,
    ...source
  } = spec;
  return source;
}

/** Labels of nodes by which volumes were placed, with the newer names that mean the same. */
const newLabels: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
};

type Affinity = PersistentVolumeSpec['nodeAffinity'];

/** The old affinity, with those labels renamed that the new one has renamed. */
function renamedAs(affinity: Affinity, old: Affinity): Affinity {
  if (!affinity?.required || !old?.required) return old;
  const terms = affinity.required.nodeSelectorTerms;
  const nodeSelectorTerms = old.required.nodeSelectorTerms.map(({ matchExpressions = [], ...term }, i) => ({
    ...term,
    matchExpressions: matchExpressions.map((each, j) => {
      const key = newLabels[each.key];
      return key !== undefined && terms[i]?.matchExpressions?.[j]?.key === key ? { ...each, key } : each;
    }),
  }));
  return { required: { nodeSelectorTerms } };
}

/** Sources whose drivers are gone, with upstream's names and words. */
const gone: readonly (readonly [source: keyof PersistentVolumeSpec, path: string, since: string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

const deprecatedAnnotations = {
  [classAnnotation]: 'deprecated since v1.8; use "storageClassName" attribute instead',
  [mountOptionsAnnotation]: 'deprecated since v1.31; use "mountOptions" attribute instead',
};

export function warnings({ metadata, spec }: PersistentVolume): string[] {
  const sentences = Object.entries(deprecatedAnnotations)
    .filter(([name]) => metadata.annotations?.[name] !== undefined)
    .map(([name, words]) => `metadata.annotations[${name}]: ${words}`);
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    sentences.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  for (const [i, { matchExpressions = [] }] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries())
    for (const [j, { key }] of matchExpressions.entries()) {
      const words = deprecatedNodeLabel(key);
      const at = `spec.nodeAffinity.required.nodeSelectorTerms[${i}].matchExpressions[${j}].key`;
      if (words) sentences.push(`${at}: ${key} is ${words}`);
    }
  for (const [source, path, since] of gone) if (spec[source]) sentences.push(`spec.${path}: ${since}`);
  return sentences;
}
