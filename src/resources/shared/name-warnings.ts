import type { KubeObject } from '../../machinery/meta.ts';
import { isDNS1123Label } from '../../machinery/names.ts';

/** What a client should know about the name of a new object that pods are named after. */
export function nameWarnings({ metadata }: KubeObject, old: KubeObject | undefined): string[] {
  if (old) return [];
  const wrong = isDNS1123Label(metadata.name);
  if (wrong.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`,
  ];
}
