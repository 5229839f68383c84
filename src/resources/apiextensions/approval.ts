/** Groups of the Kubernetes project want a sign of its approval (KEP-1111). */
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from './customresourcedefinition.ts';

export const approvalAnnotation = 'api-approved.kubernetes.io';

type State = 'approved' | 'bypassed' | 'missing' | 'invalid';

const isProtected = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

const see = 'see https://github.com/kubernetes/enhancements/pull/1111';

function approvalOf(crd: CustomResourceDefinition): { state: State; message: string } {
  const annotation = crd.metadata.annotations?.[approvalAnnotation] ?? '';
  const name = JSON.stringify(approvalAnnotation);
  if (annotation === '') return { state: 'missing', message: `protected groups must have approval annotation ${name}, ${see}` };
  if (annotation.startsWith('unapproved')) return { state: 'bypassed', message: `not approved: ${JSON.stringify(annotation)}` };
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#\s]+[^\s]*$/.test(annotation))
    return { state: 'approved', message: `approved in ${annotation}` };
  const either = 'with either a URL or a reason starting with "unapproved"';
  return { state: 'invalid', message: `protected groups must have approval annotation ${name} ${either}, ${see}` };
}

const conditions: Readonly<Record<State, { status: string; reason: string }>> = {
  approved: { status: 'True', reason: 'ApprovedAnnotation' },
  bypassed: { status: 'False', reason: 'UnapprovedAnnotation' },
  missing: { status: 'False', reason: 'MissingAnnotation' },
  invalid: { status: 'False', reason: 'InvalidAnnotation' },
};

/** What the status says of it; undefined for groups that need no approval. */
export function approvalCondition(
  crd: CustomResourceDefinition,
): (Pick<CustomResourceDefinitionCondition, 'type' | 'status'> & { reason: string; message: string }) | undefined {
  if (!isProtected(crd.spec.group ?? '')) return undefined;
  const { state, message } = approvalOf(crd);
  return { type: 'KubernetesAPIApprovalPolicyConformant', ...conditions[state], message };
}

/** What is wrong with the annotation. One that was so before may stay. */
export function validateApproval(crd: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  if (!isProtected(crd.spec.group ?? '')) return [];
  const { state, message } = approvalOf(crd);
  if (state === 'approved' || state === 'bypassed' || (old && approvalOf(old).state === state)) return [];
  const path = `metadata.annotations[${approvalAnnotation}]`;
  return state === 'missing'
    ? [fieldRequired(path, message)]
    : [fieldInvalid(path, crd.metadata.annotations?.[approvalAnnotation], message)];
}
