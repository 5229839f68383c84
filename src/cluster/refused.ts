import { systemRandom } from '../lib/random.ts';
import { auditIdHeader } from '../server/answer.ts';
import type { Bindings } from '../server/api.ts';
import { toStatusError } from '../server/errors.ts';
import { setFlowHeaders } from '../server/flowcontrol/headers.ts';
import { errorResponse } from '../server/http/respond.ts';

/** The answer to a request that never got to the API of the cluster, or was not let in there: whatever was thrown, as a Status. */
export function refused(error: unknown, { headers }: Request, asked: Bindings | undefined): Response {
  const response = errorResponse(toStatusError(error), headers.get('accept'));
  if (asked?.flow) setFlowHeaders(response.headers, asked.flow);
  response.headers.set(auditIdHeader, headers.get(auditIdHeader) || systemRandom.uuid());
  return response;
}
