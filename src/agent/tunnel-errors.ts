/**
 * Why a request got no answer.
 * - `disconnected`: the connection broke; the request may or may not have been carried out.
 * - `timeout`: no answer came in time; the same.
 * - `overloaded`: too many requests wait; it was not sent.
 * - `closed`: the client was closed.
 */
export type TunnelErrorCode = 'disconnected' | 'timeout' | 'overloaded' | 'closed';

export class TunnelError extends Error {
  readonly code: TunnelErrorCode;
  constructor(code: TunnelErrorCode, message: string) {
    super(message);
    this.name = 'TunnelError';
    this.code = code;
  }
}

/** The cluster does not let this node in. */
export class TunnelRefused extends Error {
  /** The status of the HTTP answer. */
  readonly status: number;
  constructor(status: number, address: string) {
    super(`${address} answered ${status}: ${refusals[status] ?? 'the tunnel was not opened'}`);
    this.name = 'TunnelRefused';
    this.status = status;
  }
}

const refusals: Record<number, string> = {
  401: 'the token is not valid',
  403: 'the token may not join nodes to this cluster',
  404: 'there is no such cluster',
};

/** Whether trying again soon could not help: the token or the address is wrong. */
export const isFinalRefusal = (error: TunnelRefused): boolean => error.status in refusals;
