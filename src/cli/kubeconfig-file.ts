import { parse, stringify } from 'yaml';
import { UsageError } from './errors.ts';

interface Named {
  name: string;
}

interface Kubeconfig {
  clusters?: Named[] | null;
  users?: Named[] | null;
  contexts?: Named[] | null;
  'current-context'?: string;
  [other: string]: unknown;
}

/** A kubeconfig with another one's clusters, users and contexts: those of the same name are replaced, all else stays. Pure. */
export function mergeKubeconfigs(present: string, added: string, { select }: { select: boolean }): string {
  const before = (parse(present) ?? {}) as Kubeconfig;
  if (typeof before !== 'object' || Array.isArray(before)) throw new UsageError('what is there is not a kubeconfig');
  const more = parse(added) as Kubeconfig;
  const merged = {
    apiVersion: 'v1',
    kind: 'Config',
    ...before,
    clusters: joined(before.clusters, more.clusters),
    users: joined(before.users, more.users),
    contexts: joined(before.contexts, more.contexts),
  };
  if (select || !before['current-context']) merged['current-context'] = more['current-context'];
  return stringify(merged, { lineWidth: 0 });
}

const joined = (before: Named[] | null | undefined, added: Named[] | null | undefined): Named[] => [
  ...(before ?? []).filter(({ name }) => !(added ?? []).some((each) => each.name === name)),
  ...(added ?? []),
];
