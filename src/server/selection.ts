import { parseFieldSelector } from '../machinery/field-selectors.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { parseSelector } from '../machinery/selectors.ts';
import type { Entry } from '../storage/store.ts';
import { inForm } from './verbs/entry.ts';
import { namespacesResource } from './verbs/namespace-lifecycle.ts';

/** Which objects of a kind are meant, as plain data. Selectors as the client wrote them. */
export interface SelectionInput {
  /** '' for all namespaces and for cluster-scoped kinds. */
  namespace?: string;
  /** The only namespaces shown. */
  namespaces?: readonly string[];
  labelSelector?: string;
  fieldSelector?: string;
}

export interface Selection {
  /** Whether nothing is left out, the namespace aside. */
  readonly everything: boolean;
  /** Whether it can only mean one object: one name, in one namespace where the kind has them. */
  readonly single: boolean;
  matches(entry: Entry): boolean;
}

/** Compiles a selection, cheap tests first. Throws 400 with upstream's message for a selector that is not understood. */
export function selectionOf(resource: AnyResource, input: SelectionInput): Selection {
  const { namespace = '' } = input;
  const only = input.namespaces && new Set(input.namespaces);
  const labels = input.labelSelector ? parseSelector(input.labelSelector) : undefined;
  const fields = input.fieldSelector ? parseFieldSelector(resource, input.fieldSelector) : undefined;
  const name = fields?.exact('metadata.name');
  // A limited token sees its own namespaces, as objects too.
  const ofNamespace = resource.resource === namespacesResource ? (e: Entry) => e.key.name : (e: Entry) => e.key.namespace;
  return {
    everything: !only && !labels?.requirements.length && !fields?.terms.length,
    single: name !== undefined && (namespace !== '' || !resource.namespaced),
    matches: (entry) =>
      (namespace === '' || entry.key.namespace === namespace) &&
      (!only || only.has(ofNamespace(entry))) &&
      (name === undefined || entry.key.name === name) &&
      (!labels || labels.matches(entry.object.metadata.labels)) &&
      (!fields || fields.matches(inForm(resource, entry).object)),
  };
}
