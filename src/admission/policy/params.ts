/** The objects that a policy gets as parameters (`CollectParams` upstream). */
import type { KubeObject } from '../../machinery/meta.ts';
import { selectorFromLabelSelector, type LabelSelector } from '../../machinery/selectors.ts';
import { fromStored, storedKind } from '../../machinery/versions.ts';
import { namespaceOf } from '../matching/rules.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';

interface ParamKind {
  apiVersion?: string;
  kind?: string;
}

interface ParamRef {
  name?: string;
  namespace?: string;
  parameterNotFoundAction?: string;
  selector?: LabelSelector;
}

/** Something is wrong with the policy or the binding itself; what follows is up to the failurePolicy. */
export class ConfigurationError extends Error {
  constructor(what: 'policy' | 'binding', why: string) {
    super(`failed to configure ${what}: ${why}`);
    this.name = 'ConfigurationError';
  }
}

const shown = ({ apiVersion = '', kind = '' }: ParamKind) => `${apiVersion}, Kind=${kind}`;

/** The kind of a policy's parameters. Throws a `ConfigurationError` if there is none such. */
export function paramResource(paramKind: ParamKind | undefined, { scheme }: AdmissionContext) {
  if (!paramKind) return undefined;
  const found = scheme.byKind(paramKind.apiVersion ?? '', paramKind.kind ?? '');
  if (found) return found;
  throw new ConfigurationError('policy', `failed to find resource referenced by paramKind: '${shown(paramKind)}'`);
}

/**
 * What the policy is to be run with: once with each, `undefined` standing for no parameters. Empty if there are none and that
 * is fine. Throws a `ConfigurationError`.
 */
export function paramsFor(
  resource: ReturnType<typeof paramResource>,
  reference: ParamRef | undefined,
  attributes: Attributes,
  { pending }: AdmissionContext,
): readonly (KubeObject | undefined)[] {
  if (!resource || !reference) return [undefined];
  const { name, selector, parameterNotFoundAction } = reference;
  const fail = (why: string) => new ConfigurationError('binding', why);
  const namespace = resource.namespaced ? reference.namespace || namespaceOf(attributes) : '';
  if (!resource.namespaced && reference.namespace)
    throw fail('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  if (resource.namespaced && namespace === '')
    throw fail('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
  const stored = storedKind(resource);
  const found = name ? [pending.get(stored, namespace, name)] : selected(pending.list(stored, namespace || undefined), selector);
  const inForm = (object: KubeObject) => resource.storedForm?.fromStored(object) ?? fromStored(resource, object);
  const params = found.flatMap((each) => (each ? [inForm(each as KubeObject)] : []));
  if (params.length === 0 && parameterNotFoundAction === 'Deny')
    throw fail('no params found for policy binding with `Deny` parameterNotFoundAction');
  return params;
}

function selected(objects: readonly unknown[], labels: LabelSelector | undefined): readonly KubeObject[] {
  const selector = selectorFromLabelSelector(labels ?? {});
  return (objects as readonly KubeObject[]).filter(({ metadata }) => selector.matches(metadata.labels));
}
