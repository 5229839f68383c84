import type { ValidatingWebhookConfiguration } from '../../resources/admissionregistration/validatingwebhookconfiguration.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Question } from '../consult.ts';
import { askedKind, namespaceOf } from '../matching/rules.ts';
import type { Attributes } from '../plugin.ts';
import { kindOf, nameOf, viewOfObject, viewOfOld } from '../view.ts';

export type WebhookSpec = NonNullable<ValidatingWebhookConfiguration['webhooks']>[number];

/** The fields of an AdmissionRequest besides the objects; expressions call it `request`. `target` is what a rule matched. */
export function admissionRequest(attributes: Attributes, target: AnyResource) {
  const asked = askedKind(attributes);
  const { user, subresource, operation } = attributes;
  const resource = ({ group, version, plural }: AnyResource) => ({ group, version, resource: plural });
  return {
    kind: kindOf(attributes, target),
    resource: resource(target),
    ...(subresource && { subResource: subresource }),
    requestKind: kindOf(attributes, asked),
    requestResource: resource(asked),
    ...(subresource && { requestSubResource: subresource }),
    ...(nameOf(attributes) && { name: nameOf(attributes) }),
    ...(namespaceOf(attributes) && { namespace: namespaceOf(attributes) }),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid && { uid: user.uid }),
      groups: [...user.groups],
      ...(user.extra && Object.keys(user.extra).length > 0 && { extra: user.extra }),
    },
    dryRun: attributes.options.dryRun ?? false,
    options: optionsOf(attributes),
  };
}

const optionKinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions', CONNECT: undefined } as const;

function optionsOf({ operation, options }: Attributes): object | null {
  const kind = optionKinds[operation];
  if (!kind) return null;
  const { stated, dryRun, deletion } = options;
  return {
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(operation === 'DELETE' ? deletion : stated),
    ...(dryRun && { dryRun: ['All'] }),
  };
}

/** What a webhook is to be asked about a request. Undefined if it takes none of the versions of AdmissionReview. */
export function questionOf(
  { name, admissionReviewVersions, clientConfig, timeoutSeconds = 10 }: WebhookSpec,
  attributes: Attributes,
  target: AnyResource,
  mutating: boolean,
): Question | undefined {
  const version = admissionReviewVersions.find((each) => each === 'v1' || each === 'v1beta1');
  if (!version) return undefined;
  const request = {
    ...admissionRequest(attributes, target),
    object: viewOfObject(attributes, target, mutating) ?? null,
    oldObject: viewOfOld(attributes, target) ?? null,
  };
  return {
    webhook: name,
    address: clientConfig as Question['address'],
    timeoutSeconds,
    apiVersion: `admission.k8s.io/${version}` as Question['apiVersion'],
    mutating,
    request: JSON.stringify(request),
  };
}
