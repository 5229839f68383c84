import type { LabelSelector } from '../../machinery/selectors.ts';

/** A selector of series as Go prints a `*metav1.LabelSelector`, which upstream's messages have in them. */
export function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const labelsText = labels.map(([key, value]) => `${key}: ${value},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labelsText}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
