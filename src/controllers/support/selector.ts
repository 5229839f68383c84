import type { LabelSelector, LabelSelectorRequirement } from '../../resources/shared/label-selector.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * The test that a LabelSelector stands for. An absent selector selects nothing, an empty one everything; an operator that
 * does not exist (validation keeps it out) selects nothing.
 */
export function selectorOf(selector: LabelSelector | undefined): (labels: Labels) => boolean {
  if (!selector) return () => false;
  const equal = Object.entries(selector.matchLabels ?? {});
  const requirements = selector.matchExpressions ?? [];
  return (labels) =>
    equal.every(([key, value]) => labels[key] === value) && requirements.every((requirement) => meets(labels, requirement));
}

/** Whether the labels contain all of `wanted`. */
export const hasLabels = (labels: Labels | undefined, wanted: Labels | undefined): boolean =>
  Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);

export const isEmptySelector = (selector: LabelSelector | undefined): boolean =>
  selector !== undefined && Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length;

function meets(labels: Labels, { key, operator, values = [] }: LabelSelectorRequirement): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
