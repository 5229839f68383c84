import type { KubeObject } from '../../machinery/meta.ts';

/** How a volume may be mounted, in upstream's order, with the letters that tables use for it. */
const letters: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
export const accessModes: readonly string[] = Object.keys(letters);
export const volumeModes: readonly string[] = ['Block', 'Filesystem'];

/** Access modes as a cell: `RWO,ROX`. */
export const formatAccessModes = (modes: readonly string[] = []): string =>
  accessModes
    .filter((mode) => modes.includes(mode))
    .map((mode) => letters[mode])
    .join(',');

/** Once held the name of the storage class; what still carries it is meant that way. */
export const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** The storage class of a volume or claim; empty if there is none. */
export const storageClassOf = ({ metadata, spec }: KubeObject & { spec: { storageClassName?: string } }): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';
