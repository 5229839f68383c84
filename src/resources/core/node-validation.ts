/** `ValidateNode` and `ValidateNodeUpdate` upstream. */
import { isLabelValue, validateLabelName } from '../../machinery/names.ts';
import { fieldDuplicate, fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { familyOf, validateCidr } from '../shared/addresses.ts';
import { validatePositive } from '../shared/format-rules.ts';
import { validateAmount } from '../shared/resources-validation.ts';
import { validateTaintEffect } from '../shared/scheduling-validation.ts';
import type { Node, Taint } from './node.ts';

export function validateNode(node: Node): FieldError[] {
  const cidrs = node.spec.podCIDRs ?? [];
  const errors = [
    // The paths here and for swap are upstream's, which takes them for metadata.
    ...validateTaints(node.spec.taints ?? [], 'metadata.taints'),
    ...validateReported(node),
    ...cidrs.flatMap((cidr, i) => validateCidr(cidr, `spec.podCIDRs[${i}]`)),
  ];
  const families = cidrs.map((cidr) => familyOf(cidr.split('/')[0] ?? ''));
  if (cidrs.length > 2 || (cidrs.length === 2 && families[0] === families[1]))
    errors.push(fieldInvalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

function validateTaints(taints: readonly Taint[], path: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const at = `${path}[${i}]`;
    const { key = '', value = '', effect } = taint;
    const errors = validateLabelName(key, `${at}.key`);
    const wrong = isLabelValue(value);
    if (wrong.length > 0) errors.push(fieldInvalid(`${at}.value`, value, wrong.join(';')));
    errors.push(...(effect ? validateTaintEffect(effect, `${at}.effect`) : [fieldRequired(`${at}.effect`)]));
    const pair = `${effect}/${key}`;
    if (seen.has(pair)) errors.push(fieldDuplicate(at, taint, 'taints must be unique by key and effect pair'));
    seen.add(pair);
    return errors;
  });
}

/** What a kubelet says of its node: amounts, swap, features. */
function validateReported({ status = {} }: Node): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of ['capacity', 'allocatable'] as const)
    for (const [name, text] of Object.entries(status[part] ?? {}))
      errors.push(...validateAmount(name, text, `status.${part}.${name}`));
  const swap = status.nodeInfo?.swap?.capacity;
  if (swap !== undefined) errors.push(...validatePositive(swap, 'metadata.nodeSwapStatus.capacity'));
  return [...errors, ...validateFeatures(status.declaredFeatures ?? [], 'status.declaredFeatures')];
}

function validateFeatures(features: readonly string[], path: string): FieldError[] {
  return features.flatMap((name, i) => {
    const at = `${path}[${i}]`;
    const errors: FieldError[] = [];
    const invalid = `invalid feature name ${JSON.stringify(name)}: must`;
    if (name.length > 253) errors.push(fieldInvalid(at, name, `${invalid} be no more than 253 characters`));
    else if (!/^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/.test(name))
      errors.push(
        fieldInvalid(
          at,
          name,
          `${invalid} start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
        ),
      );
    const before = features[i - 1];
    if (before === name) errors.push(fieldDuplicate(at, name));
    else if (before !== undefined && before > name) errors.push(fieldInvalid(at, name, 'list must be sorted alphabetically'));
    return errors;
  });
}

/** The network of a node's pods and its identity at the provider are set once. */
export function validateNodeUpdate({ spec }: Node, { spec: old }: Node): FieldError[] {
  const errors: FieldError[] = [];
  const once = (what: string) => `node updates may not change ${what} except from "" to valid`;
  const cidrs = spec.podCIDRs ?? [];
  const before = old.podCIDRs ?? [];
  if (before.length > 0 && (cidrs.length !== before.length || before.some((cidr, i) => cidr !== cidrs[i])))
    errors.push(fieldForbidden('spec.podCIDRs', once('podCIDR')));
  if (old.providerID && spec.providerID !== old.providerID) errors.push(fieldForbidden('spec.providerID', once('providerID')));
  if ((spec.externalID ?? '') !== (old.externalID ?? '')) errors.push(fieldForbidden('spec.externalID', 'may not be updated'));
  return errors;
}

export function validateNodeStatusUpdate(node: Node): FieldError[] {
  const seen = new Set<string>();
  const duplicates = (node.status?.addresses ?? []).flatMap((address, i) => {
    const key = `${address.type}/${address.address}`;
    const isDuplicate = seen.has(key);
    seen.add(key);
    return isDuplicate ? [fieldDuplicate(`status.addresses[${i}]`, address)] : [];
  });
  return [...validateReported(node), ...duplicates];
}
