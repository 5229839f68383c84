import { WebhookUnreachable, type WebhookClient } from '../../src/server/webhooks/client.ts';

/** Reaches no webhook. */
export const noWebhooks: WebhookClient = {
  post: async () => {
    throw new WebhookUnreachable('there is no network');
  },
};

/** An `AdmissionRequest`, as a webhook gets it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AdmissionRequest = Record<string, any>;

/** What a webhook answers with: an `AdmissionResponse` without its uid, or anything else instead of an AdmissionReview. */
export type Webhook = (request: AdmissionRequest) => object | Promise<object>;

/** Webhooks at URLs, called in this process. Remembers what it was asked, in order. */
export function fakeWebhooks(at: Record<string, Webhook>): WebhookClient & { asked: AdmissionRequest[] } {
  const asked: AdmissionRequest[] = [];
  return {
    asked,
    async post({ url = '', service, body }) {
      const webhook = at[service ? `${service.namespace}/${service.name}` : url];
      if (!webhook) throw new WebhookUnreachable('dial tcp: lookup webhook: no such host');
      const { apiVersion, kind, request } = JSON.parse(body);
      asked.push(request);
      const answer = await webhook(request);
      if ('raw' in answer) return { status: 200, body: String(answer.raw) };
      if ('httpStatus' in answer) return { status: answer.httpStatus as number, body: String('httpBody' in answer ? answer.httpBody : 'oops') };
      return { status: 200, body: JSON.stringify({ apiVersion, kind, response: { uid: request.uid, ...answer } }) };
    },
  };
}

/** The patch of a mutating webhook's answer. */
export const patched = (...operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: btoa(JSON.stringify(operations)),
});
