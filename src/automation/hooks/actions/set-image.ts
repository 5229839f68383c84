import { ClusterRefusal } from '../client.ts';
import type { ActionOf } from '../config.ts';
import { HookError } from '../expressions.ts';
import { parseImage } from '../image.ts';
import { renderText } from '../template.ts';
import { pathOf, ruleFor, shownAs, type ActionContext, type ActionResult } from './action.ts';

interface Container {
  name: string;
  image?: string;
}
interface PodTemplate {
  spec: { containers: Container[]; initContainers?: Container[] };
}
interface WorkloadObject {
  metadata: { resourceVersion: string };
  spec: { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } };
}

const attemptsMax = 5;

/** Gives containers of a workload an image. Written only over what was read, so that no container is made that is gone meanwhile. */
export async function setImage(action: ActionOf<'setImage'>, { client, rendering }: ActionContext): Promise<ActionResult> {
  const { kind, name, container } = action;
  const image = renderText(action.image, rendering);
  const path = pathOf(client.namespace, kind, name);
  for (let attempt = 1; ; attempt++) {
    const { metadata, spec } = await client.get<WorkloadObject>(path, ruleFor(kind, name, 'get'));
    const template = kind === 'CronJob' ? spec.jobTemplate!.spec.template : spec.template!;
    const { change, names } = changeOf(template, image, container);
    const detail = `${names.join(', ')}: ${image}`;
    if (!change) return { object: shownAs(kind, name), result: 'unchanged', detail };
    const changedSpec = kind === 'CronJob' ? { jobTemplate: { spec: { template: change } } } : { template: change };
    const patch = { metadata: { resourceVersion: metadata.resourceVersion }, spec: changedSpec };
    try {
      await client.patch(path, ruleFor(kind, name, 'patch'), 'strategic', patch);
      return { object: shownAs(kind, name), result: 'changed', detail };
    } catch (error) {
      if (!(error instanceof ClusterRefusal) || error.status !== 409 || attempt === attemptsMax) throw error;
    }
  }
}

/**
 * What has to be changed of a pod template: the container of that name, or those whose image is of the same repository.
 * `change` is undefined if all of them have the image already. Throws a `HookError` if there is none. Pure.
 */
export function changeOf(template: PodTemplate, image: string, container: string | undefined): { change: object | undefined; names: string[] } {
  const wanted = parseImage(image);
  if (!wanted) throw new HookError(`${JSON.stringify(image)} is not the name of an image`);
  const isMeant = (each: Container) =>
    container === undefined ? parseImage(each.image ?? '')?.repository === wanted.repository : each.name === container;
  const { containers, initContainers = [] } = template.spec;
  const [meant, meantBefore] = [containers.filter(isMeant), initContainers.filter(isMeant)];
  const names = [...meant, ...meantBefore].map(({ name }) => name);
  if (names.length === 0) throw new HookError(container === undefined ? `no container has an image of ${wanted.repository}` : `there is no container ${container}`);
  const changed = (list: Container[]) => list.filter((each) => each.image !== image).map(({ name }) => ({ name, image }));
  const [some, before] = [changed(meant), changed(meantBefore)];
  if (some.length + before.length === 0) return { change: undefined, names };
  const spec = { ...(some.length > 0 && { containers: some }), ...(before.length > 0 && { initContainers: before }) };
  return { change: { spec }, names };
}
