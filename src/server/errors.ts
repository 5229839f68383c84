import { gone, StatusError, tooLarge, tooManyRequests, unavailable } from '../machinery/status.ts';
import { StoreError } from '../storage/store.ts';

/**
 * Puts whatever was thrown into the API's vocabulary of errors. What the store says is translated here and nowhere
 * else; anything unknown becomes a 500 that says nothing about the inside.
 */
export function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof StoreError) return fromStore(error);
  return new StatusError('InternalError', 'Internal error occurred: the server failed to handle the request');
}

function fromStore(error: StoreError): StatusError {
  switch (error.code) {
    case 'compacted':
      return gone('The resourceVersion for the provided list is too old.');
    case 'ahead':
      return tooLargeResourceVersion();
    case 'overloaded':
      return tooManyRequests('the server has received too many requests and has asked us to try again later');
    case 'too-large':
      return tooLarge(`Request entity too large: ${error.message}`);
    case 'quota':
      return new StatusError('Forbidden', `forbidden: ${error.message}`);
    case 'suspended':
      // No hint when to try again: that is for its owner to say.
      return new StatusError('ServiceUnavailable', 'the cluster is suspended');
    case 'fenced':
    case 'unavailable':
      return unavailable('the server is currently unable to handle the request');
    case 'unknown':
      return new StatusError('Timeout', 'Timeout: the write did not complete in time; it may or may not have happened');
    case 'encryption':
      return unavailable(`the server is currently unable to handle the request: ${error.message}`);
    case 'gone':
      return new StatusError('NotFound', 'the cluster does not exist');
  }
}

/** Somebody names a revision that lies in the future. Upstream's words, 504; clients try again. */
export function tooLargeResourceVersion(asked?: number, current?: number): StatusError {
  const numbers = asked === undefined ? '' : `: ${asked}, current: ${current}`;
  return new StatusError('Timeout', `Timeout: Too large resource version${numbers}`, {
    retryAfterSeconds: 1,
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
  });
}
