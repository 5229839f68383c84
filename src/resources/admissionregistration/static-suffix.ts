import type { KubeObject } from '../../machinery/meta.ts';

const suffix = '.static.k8s.io';

/** Some names belong to configurations that come from files. */
export const warnAboutStaticSuffix = ({ metadata }: KubeObject): string[] =>
  metadata.name.endsWith(suffix)
    ? [
        `metadata.name: names ending with "${suffix}" are reserved for static manifest-based configurations and cannot be managed via the API`,
      ]
    : [];
