import { admissionChain } from './chain.ts';
import { certificateApproval, certificateSigning } from './certificatesigners.ts';
import { certificateSubjectRestriction } from './certificatesubjectrestriction.ts';
import { defaultIngressClass } from './defaultingressclass.ts';
import { defaultStorageClass } from './defaultstorageclass.ts';
import { defaultTolerationSeconds } from './defaulttolerationseconds.ts';
import { limitRanger } from './limitranger/limitranger.ts';
import { namespaceLifecycle } from './namespacelifecycle.ts';
import { nodeRestriction } from './noderestriction/noderestriction.ts';
import { persistentVolumeClaimResize } from './persistentvolumeclaimresize.ts';
import { podSecurity } from './podsecurity/podsecurity.ts';
import { podTopologyLabels } from './podtopologylabels.ts';
import { priority } from './priority.ts';
import { rbacEscalation } from './rbacescalation.ts';
import { resourceQuota } from './resourcequota.ts';
import { runtimeClass } from './runtimeclass.ts';
import { serviceAccount } from './serviceaccount.ts';
import { storageObjectInUseProtection } from './storageobjectinuseprotection.ts';
import { subscriptionAccess } from './subscriptionaccess.ts';
import { taintNodesByCondition } from './taintnodesbycondition.ts';
import { mutatingAdmissionPolicy } from './policy/mutating.ts';
import { validatingAdmissionPolicy } from './policy/validating.ts';
import { mutatingAdmissionWebhook } from './webhook/mutating.ts';
import { validatingAdmissionWebhook } from './webhook/validating.ts';
import type { AdmissionPlugin } from './plugin.ts';

/**
 * The plugins that upstream has on by default, in its order (kubeapiserver/options/plugins.go), and NodeRestriction, which
 * everybody switches on, and one for kinds of our own. What counts must come last: nothing is charged that somebody else refuses.
 */
export const builtinPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  rbacEscalation,
  subscriptionAccess,
  mutatingAdmissionPolicy,
  mutatingAdmissionWebhook,
  validatingAdmissionPolicy,
  validatingAdmissionWebhook,
  resourceQuota,
];

/** The chain of every cluster. */
export const builtinAdmission = admissionChain(builtinPlugins);
