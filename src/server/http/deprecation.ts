import { toStatusError } from '../errors.ts';
import { logFailure } from '../log-failure.ts';
import type { Handler } from './request.ts';
import { errorResponse } from './respond.ts';
import { warningValue } from './warnings.ts';

/**
 * Has every answer about a deprecated kind say so, errors of the handler too: upstream warns of the endpoint, whatever
 * comes of it.
 */
export const warnOfDeprecation =
  (handler: Handler, deprecation: string): Handler =>
  async (request) => {
    const response = await handler(request).catch((error: Error) => {
      logFailure(error);
      if (request.audit) request.audit.failure = error;
      return errorResponse(toStatusError(error), request.http.headers.get('accept'), request.warnings);
    });
    response.headers.append('warning', warningValue(deprecation));
    request.audit?.annotations.set('k8s.io/deprecated', 'true');
    return response;
  };
