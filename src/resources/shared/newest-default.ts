import type { KubeObject } from '../../machinery/meta.ts';

/** Of the classes that are marked as the default by one of these annotations, the newest; of several as new, the first by name. */
export function newestDefault<T extends KubeObject>(classes: readonly T[], annotations: readonly string[]): T | undefined {
  const marked = classes.filter(({ metadata }) => annotations.some((key) => metadata.annotations?.[key] === 'true'));
  const [newest] = marked.sort(({ metadata: a }, { metadata: b }) =>
    a.creationTimestamp === b.creationTimestamp
      ? a.name < b.name
        ? -1
        : 1
      : Date.parse(b.creationTimestamp) - Date.parse(a.creationTimestamp),
  );
  return newest;
}
