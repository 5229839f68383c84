import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import type { NodeSelector } from '../shared/affinity.ts';
import { invalidEach } from '../shared/format-rules.ts';
import { validateNodeSelector } from '../shared/scheduling-validation.ts';

/**
 * What slices and devices say of nodes: what is wrong with it, and in which ways it is said. `emptyName` is what there is to
 * say about a name that is empty.
 */
export function validateNodes(
  { nodeName, nodeSelector, allNodes }: { nodeName?: string; nodeSelector?: NodeSelector; allNodes?: boolean },
  emptyName: string,
  path: string,
): { errors: FieldError[]; said: string[] } {
  const errors: FieldError[] = [];
  const said: string[] = [];
  if (nodeName) {
    said.push('`nodeName`');
    errors.push(...invalidEach(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  } else if (nodeName === '') errors.push(fieldInvalid(`${path}.nodeName`, nodeName, emptyName));
  if (nodeSelector) {
    said.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, `${path}.nodeSelector`));
  }
  if (allNodes) said.push('`allNodes`');
  else if (allNodes === false)
    errors.push(fieldInvalid(`${path}.allNodes`, allNodes, 'must be either unset or set to true'));
  return { errors, said };
}
