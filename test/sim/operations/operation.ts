import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import type { Dice } from '../../support/dice.ts';
import type { Kubelets } from '../kubelets.ts';
import type { Weather } from '../invariants/invariant.ts';
import type { Answer, World } from '../world.ts';

/** What an operation works with. All its chance comes from `dice`, so that it is the same one when others are left out. */
export interface Scene {
  world: World;
  kubelets: Kubelets;
  dice: Dice;
}

/** Something that somebody does, or that happens to the cluster. */
export interface Operation {
  name: string;
  /** How often it is chosen, in relation to others. */
  weight: number;
  /** The weather in which it happens, besides storms. */
  also?: readonly Weather[];
  /** It lets time pass itself, so that nothing else can go on beside it. */
  isExclusive?: boolean;
  run(scene: Scene): Promise<unknown>;
}

/** The namespaces that things happen in. The first one is never deleted. */
export const simNamespaces = ['default', 'blue', 'red'] as const;

/** The finalizer that operations put on objects. */
export const holdFinalizer = 'sim.example.com/hold';

export function pathOf({ group, version, plural, namespaced }: AnyResource, namespace: string, name?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${namespaced ? `/namespaces/${namespace}` : ''}/${plural}${name === undefined ? '' : `/${name}`}`;
}

export const pathTo = (resource: AnyResource, { metadata }: KubeObject): string =>
  pathOf(resource, metadata.namespace ?? '', metadata.name);

/** One of the objects of a kind that are there and not being deleted, if any. */
export function someOf<T extends KubeObject>(
  { world, dice }: Scene,
  resource: AnyResource,
  is: (object: T) => boolean = () => true,
): T | undefined {
  const all = world.state
    .list(resource)
    .filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined &&
        (!resource.namespaced || (simNamespaces as readonly string[]).includes(metadata.namespace ?? '')),
    ) as T[];
  const those = all.filter(is);
  return those.length === 0 ? undefined : dice.some(those);
}

/** Creates an object in one of the namespaces. */
export function createIn({ world, dice }: Scene, resource: AnyResource, object: object): Promise<Answer | undefined> {
  return world.request('POST', pathOf(resource, dice.some(simNamespaces)), object);
}

/** Deletes an object the way one of kubectl's users might. */
export async function deleteSome(scene: Scene, resource: AnyResource, is?: (object: KubeObject) => boolean): Promise<unknown> {
  const { world, dice } = scene;
  const object = someOf(scene, resource, is);
  if (!object) return;
  const propagationPolicy = dice.some(['Background', 'Foreground', 'Orphan', undefined]);
  await world.request('DELETE', pathTo(resource, object), { propagationPolicy });
}

/** Changes an object that is there by a merge patch. */
export async function patchSome<T extends KubeObject>(
  scene: Scene,
  resource: AnyResource,
  patch: (object: T) => object | undefined,
  is?: (object: T) => boolean,
): Promise<unknown> {
  const object = someOf<T>(scene, resource, is);
  const body = object && patch(object);
  if (body) await scene.world.patch(pathTo(resource, object), body);
  return;
}
