import type { Container, EphemeralContainer } from '../../resources/shared/container.ts';
import type { PodSpec } from '../../resources/shared/pod-spec.ts';

/** What a check looks at. */
export interface Checked {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export type AnyContainer = Container | EphemeralContainer;

/** What a pod may not have: in short, and which part of the pod has it. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One rule of the Pod Security Standards. Rules are in upstream's words, which clients show. */
export interface Check {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** The rule from a minor version of Kubernetes 1.x on, rising. */
  readonly versions: readonly { readonly since: number; check(pod: Checked): Violation | undefined }[];
  /** The rule of `baseline` that this one of `restricted` replaces. */
  readonly overrides?: string;
}

export const containersOf = ({ initContainers = [], containers, ephemeralContainers = [] }: PodSpec): readonly AnyContainer[] => [
  ...initContainers,
  ...containers,
  ...ephemeralContainers,
];

/** `"a", "b"` */
export const quoted = (items: Iterable<string>): string => [...items].map((item) => `"${item}"`).join(', ');

export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many);

/** `containers "a", "b"` */
export const named = (containers: readonly { name: string }[]): string =>
  `${plural(containers.length, 'container')} ${quoted(containers.map(({ name }) => name))}`;

/** Each value once, sorted. */
export const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** Who is to blame: `pod and container "a"`; undefined if nobody is. */
export function setters(isPodWrong: boolean, containers: readonly { name: string }[]): string | undefined {
  const parts = [...(isPodWrong ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])];
  return parts.length > 0 ? parts.join(' and ') : undefined;
}
