import type { WebhookAddress } from '../../admission/consult.ts';

export interface WebhookRequest extends WebhookAddress {
  /** JSON. */
  body: string;
  timeoutMs: number;
}

/**
 * Posts to webhooks: those that admission asks, and those that convert custom resources. The one place where the cluster reaches
 * out to an address that its users chose. Rejects with a `WebhookUnreachable` for whatever is not an answer; answers that
 * are longer than `limits.webhookAnswerBytes` are none.
 */
export interface WebhookClient {
  post(request: WebhookRequest): Promise<{ status: number; body: string }>;
}

/** No answer. The message says why, in the words of Go's HTTP client as far as there are any. */
export class WebhookUnreachable extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'WebhookUnreachable';
  }
}

/** Where a webhook is, as a URL. */
export function webhookUrl({ url, service }: WebhookAddress): string {
  if (!service) return url ?? '';
  const { namespace, name, path = '', port = 443 } = service;
  return `https://${name}.${namespace}.svc:${port}${path.startsWith('/') || path === '' ? path : `/${path}`}`;
}
