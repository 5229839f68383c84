import { isPlain, type Plain } from '../../machinery/plain.ts';
import { fromBase64 } from '../../machinery/protobuf/base64.ts';
import type { Answer, Question, WebhookResponse } from '../consult.ts';

/**
 * What a webhook answered, from the text of its AdmissionReview (apiserver/pkg/admission/plugin/webhook/request). Never throws:
 * what cannot be used is an error in upstream's words.
 */
export function readAnswer({ apiVersion, mutating }: Question, uid: string, text: string): Answer {
  // Upstream names the type of the content, too, which the way to webhooks does not carry; it is JSON.
  if (text === '') return called('0-length response with status code: 200 and content type: application/json');
  let review: unknown;
  try {
    review = JSON.parse(text);
  } catch (error) {
    return called(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
  if (!isPlain(review)) return called('the answer is no AdmissionReview');
  const { response } = review;
  if (!isPlain(response)) return unusable('webhook response was absent');
  if (apiVersion === 'admission.k8s.io/v1') {
    if (response.uid !== uid) return unusable(`expected response.uid=${JSON.stringify(uid)}, got ${quoted(response.uid)}`);
    if (review.apiVersion !== apiVersion || review.kind !== 'AdmissionReview')
      return unusable(
        `expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${textOf(review.apiVersion)}, Kind=${textOf(review.kind)}`,
      );
    const problem = mutating ? wrongWithPatch(response) : wrongPatch(response);
    if (problem) return unusable(problem);
  }
  return { response: responseOf(response, mutating) };
}

const called = (why: string): Answer => ({ error: `failed to call webhook: ${why}` });
const unusable = (why: string): Answer => ({ error: `received invalid webhook response: ${why}` });
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const quoted = (value: unknown) => JSON.stringify(textOf(value));

function wrongWithPatch({ patch, patchType }: Plain): string | undefined {
  if (patch && (patchType === undefined || patchType === null))
    return 'webhook returned response.patch but not response.patchType';
  if (!patch && patchType !== undefined && patchType !== null)
    return 'webhook returned response.patchType but not response.patch';
  if (patchType === '') return 'webhook returned invalid response.patchType of ""';
  if (patch && patchType !== 'JSONPatch') return `unsupported patch type ${quoted(patchType)}`;
  return undefined;
}

function wrongPatch({ patch, patchType }: Plain): string | undefined {
  if (patch) return 'validating webhook may not return response.patch';
  if (patchType !== undefined && patchType !== null) return 'validating webhook may not return response.patchType';
  return undefined;
}

function responseOf({ allowed, patch, status, warnings, auditAnnotations }: Plain, mutating: boolean): WebhookResponse {
  return {
    allowed: allowed === true,
    ...(mutating && typeof patch === 'string' && patch !== '' && { patch: decoded(patch) }),
    ...(isPlain(status) && { status: statusOf(status) }),
    ...(Array.isArray(warnings) && { warnings: warnings.filter((each) => typeof each === 'string') }),
    ...(isPlain(auditAnnotations) && { auditAnnotations: textsOf(auditAnnotations) }),
  };
}

/** Bytes that are no base64 make a patch that does not decode. */
function decoded(patch: string): string {
  try {
    return new TextDecoder().decode(fromBase64(patch));
  } catch {
    return '';
  }
}

function statusOf({ message, reason, code, details }: Plain): WebhookResponse['status'] {
  return {
    ...(typeof message === 'string' && { message }),
    ...(typeof reason === 'string' && { reason }),
    ...(Number.isInteger(code) && { code: code as number }),
    ...(isPlain(details) && { details }),
  };
}

const textsOf = (values: Plain): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
