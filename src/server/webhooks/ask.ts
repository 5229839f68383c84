import type { Answer, Question } from '../../admission/consult.ts';
import { readAnswer } from '../../admission/webhook/answer.ts';
import type { Status } from '../../machinery/status.ts';
import type { ClusterApi } from '../api.ts';
import { webhookUrl, WebhookUnreachable } from './client.ts';

/** Asks a webhook. Never rejects for what the webhook does or does not do: that is the answer's error. */
export async function askWebhook(
  { webhooks, random }: Pick<ClusterApi, 'webhooks' | 'random'>,
  question: Question,
): Promise<Answer> {
  const { address, apiVersion, request, timeoutSeconds } = question;
  const uid = random.uuid();
  const body = `{"kind":"AdmissionReview","apiVersion":"${apiVersion}","request":{"uid":"${uid}",${request.slice(1)}}`;
  const url = `${webhookUrl(address)}?timeout=${timeoutSeconds}s`;
  try {
    const answer = await webhooks.post({ ...address, body, timeoutMs: timeoutSeconds * 1000 });
    const problem = wrongStatus(answer.status, answer.body);
    return problem ? { error: `failed to call webhook: ${problem}` } : readAnswer(question, uid, answer.body);
  } catch (error) {
    if (!(error instanceof WebhookUnreachable)) throw error;
    return { error: `failed to call webhook: Post ${JSON.stringify(url)}: ${error.message}` };
  }
}

const shownBytes = 2048;

/** What clients of upstream say to a status that is no success. */
function wrongStatus(status: number, body: string): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  const said = messageOfStatus(body);
  if (said) return said;
  if (status === 404) return 'the server could not find the requested resource';
  if (status === 401) return 'the server has asked for the client to provide credentials';
  if (status === 403) return 'forbidden';
  if (status === 405) return 'the server does not allow this method on the requested resource';
  if (status === 400) return 'the server rejected our request for an unknown reason';
  if (status === 503) return 'the server is currently unable to handle the request';
  if (status === 429) return 'the server has received too many requests and has asked us to try again later';
  if (status >= 500) {
    const shown = JSON.stringify(body.slice(0, shownBytes).trim() || 'unknown');
    return `an error on the server (${shown}) has prevented the request from succeeding`;
  }
  return `the server responded with the status code ${status} but did not return more information`;
}

/** What a Status says, if that is what was answered. */
function messageOfStatus(body: string): string | undefined {
  if (!body.startsWith('{')) return undefined;
  try {
    const { kind, status, message } = JSON.parse(body) as Partial<Status>;
    return kind === 'Status' && status === 'Failure' && typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
