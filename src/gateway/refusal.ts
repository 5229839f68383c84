import type { StatusError } from '../machinery/status.ts';
import { auditIdHeader } from '../server/answer.ts';
import { errorResponse } from '../server/http/respond.ts';

/** The answer to a request that gets no further, in the encoding that the client takes, as any error of the API. */
export function refusal(error: StatusError, accept: string | null, auditId: string): Response {
  const response = errorResponse(error, accept);
  response.headers.set(auditIdHeader, auditId);
  if (error.reason === 'Unauthorized') response.headers.set('www-authenticate', 'Bearer realm="kubernetes"');
  return response;
}
