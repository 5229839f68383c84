import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import {
  validatingAdmissionPolicies,
  type ValidatingAdmissionPolicy,
} from '../../resources/admissionregistration/validatingadmissionpolicy.ts';
import { typeCheck } from './type-check.ts';

/** Says in the status of policies which of their expressions do not fit the types that they are about. Once a generation. */
export const validatingAdmissionPolicyStatusController = (scheme: Scheme): Controller => ({
  name: 'validatingadmissionpolicy-status',
  component: 'validatingadmissionpolicy-status-controller',
  triggers: [{ resource: validatingAdmissionPolicies, keys: (policy: ValidatingAdmissionPolicy) => [keyOf(policy)] }],
  reconcile(key, snapshot) {
    const policy = snapshot.get(validatingAdmissionPolicies, '', splitKey(key).name);
    const { generation = 0 } = policy?.metadata ?? {};
    if (!policy || generation <= (policy.status?.observedGeneration ?? 0)) return emptyPlan();
    const warnings = typeCheck(policy, scheme);
    const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
    const object = { ...policy, status: { ...policy.status, observedGeneration: generation, typeChecking } };
    return { ...emptyPlan(), writes: [{ verb: 'update', resource: validatingAdmissionPolicies, object, subresource: 'status' }] };
  },
});
