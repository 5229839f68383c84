/** The selectors of webhooks and policies (apiserver/pkg/admission/plugin/webhook/predicates). */
import type { LabelSelector, Selector } from '../../machinery/selectors.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { notFound, type StatusError } from '../../machinery/status.ts';
import { namespaces } from '../../resources/core/namespace.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';
import { namespaceOf } from './rules.ts';

/** What is selected, read once from a specification. */
export interface Selectors {
  readonly namespaces: Selector;
  readonly objects: Selector;
}

/** A selector that is left out selects everything here. */
export const selectorsOf = (spec: { namespaceSelector?: LabelSelector; objectSelector?: LabelSelector } = {}): Selectors => ({
  namespaces: selectorFromLabelSelector(spec.namespaceSelector ?? {}),
  objects: selectorFromLabelSelector(spec.objectSelector ?? {}),
});

const isEmpty = ({ requirements, nothing }: Selector) => requirements.length === 0 && !nothing;

/**
 * Whether a request is selected. What is in no namespace always is, as far as namespaces go. If its namespace is not there,
 * nobody knows: that is an error to be thrown if the rest matches.
 */
export function isSelected(selectors: Selectors, attributes: Attributes, context: AdmissionContext): boolean | StatusError {
  const inNamespace = namespaceMatches(selectors.namespaces, attributes, context);
  if (inNamespace === false) return false;
  const { object, oldObject } = attributes;
  const matches =
    isEmpty(selectors.objects) ||
    [object, oldObject].some((each) => each !== undefined && selectors.objects.matches(each.metadata.labels));
  return matches ? inNamespace : false;
}

function namespaceMatches(selector: Selector, attributes: Attributes, { pending }: AdmissionContext): boolean | StatusError {
  const name = namespaceOf(attributes);
  const { resource, operation, subresource, object } = attributes;
  const isNamespace = resource.resource === namespaces.resource;
  if (isEmpty(selector) || (name === '' && !isNamespace)) return true;
  // The labels that it is about to have.
  if (isNamespace && subresource === '' && object && (operation === 'CREATE' || operation === 'UPDATE'))
    return selector.matches(object.metadata.labels);
  const found = pending.get(namespaces, '', name);
  return found ? selector.matches(found.metadata.labels) : notFound({ group: '', resource: namespaces.plural, name });
}
