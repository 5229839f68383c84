/** Columns about the pod template in an object, and about the selector of its pods. */
import type { KubeObject } from '../../machinery/meta.ts';
import type { Column } from '../../machinery/resource.ts';
import { selectorFromLabelSelector, type LabelSelector } from '../../machinery/selectors.ts';
import type { PodTemplateSpec } from './pod-spec.ts';

/** The names and the images of the containers in a template; `priority` 1 for wide columns. */
export function containerColumns<T extends KubeObject>(
  templateOf: (object: T) => PodTemplateSpec | undefined,
  priority: 0 | 1,
): [names: Column<T>, images: Column<T>] {
  const each = (object: T) => templateOf(object)?.spec.containers ?? [];
  return [
    {
      name: 'Containers',
      type: 'string',
      priority,
      description: 'The names of the containers in the template.',
      cell: (o) =>
        each(o)
          .map((container) => container.name)
          .join(','),
    },
    {
      name: 'Images',
      type: 'string',
      priority,
      description: 'The images of the containers in the template.',
      cell: (o) =>
        each(o)
          .map((container) => container.image ?? '')
          .join(','),
    },
  ];
}

/** The wide column that says which pods belong to the object. */
export const selectorColumn = <T extends KubeObject>(format: (object: T) => string): Column<T> => ({
  name: 'Selector',
  type: 'string',
  priority: 1,
  description: 'The labels of the pods that belong to the object.',
  cell: format,
});

/** A selector as a cell; `<none>` if there is none, or if it is empty. */
export const formatLabelSelector = (selector: LabelSelector | undefined): string =>
  selectorFromLabelSelector(selector).toString() || '<none>';
