import type { AnyResource } from '../../machinery/resource.ts';
import { StatusError } from '../../machinery/status.ts';
import { askedKind, matchRules } from '../matching/rules.ts';
import { isSelected } from '../matching/selectors.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';
import type { Match } from './policies.ts';

/**
 * The kind, in the version that is meant, of a request that a policy or a binding is about
 * (admission/plugin/policy/matching). Throws 404 for a namespace that is not there.
 */
export function targetOf({ spec, selectors }: Match, attributes: Attributes, context: AdmissionContext): AnyResource | undefined {
  const { matchPolicy, resourceRules = [], excludeResourceRules = [] } = spec;
  const selected = isSelected(selectors, attributes, context);
  if (selected === false) return undefined;
  if (excludeResourceRules.length > 0 && matchRules(excludeResourceRules, matchPolicy, attributes, context.scheme))
    return undefined;
  const target =
    resourceRules.length > 0 ? matchRules(resourceRules, matchPolicy, attributes, context.scheme) : askedKind(attributes);
  if (target && selected instanceof StatusError) throw selected;
  return target;
}
