/**
 * What can go wrong with the database, as a closed set.
 * - `duplicate`: a unique key is taken. `missing-reference`: a foreign key points to nothing.
 * - `no-partition`: the table has no partition for the row.
 * - `contention`: a deadlock, a serialization failure or a lock not granted; the same may succeed when tried again.
 * - `rejected`: any other refusal. Nothing was changed, and trying again would not help.
 * - `unavailable`: the database cannot be reached. Nothing was changed.
 * - `unknown`: the connection broke or no answer came in time. The statement may have taken effect, now or later.
 */
export type DatabaseErrorCode =
  | 'duplicate'
  | 'missing-reference'
  | 'no-partition'
  | 'contention'
  | 'rejected'
  | 'unavailable'
  | 'unknown';

/**
 * An error of the database, safe to log and to show: it holds no SQL, no parameters and none of Postgres's own words
 * (which quote values), and therefore no `cause` either.
 */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  /** Postgres's five-character code, if it was Postgres that refused. */
  readonly sqlState?: string;
  /** The constraint that was violated. */
  readonly constraint?: string;

  constructor(code: DatabaseErrorCode, details: { sqlState?: string; constraint?: string } = {}) {
    const constraint = details.constraint && `constraint ${details.constraint}`;
    const more = [details.sqlState && `SQLSTATE ${details.sqlState}`, constraint].filter(Boolean).join(', ');
    super(more ? `${sentences[code]} (${more})` : sentences[code]);
    this.name = 'DatabaseError';
    this.code = code;
    this.sqlState = details.sqlState;
    this.constraint = details.constraint;
  }
}

const sentences: Record<DatabaseErrorCode, string> = {
  duplicate: 'the database already has such a row',
  'missing-reference': 'the row refers to one that the database does not have',
  'no-partition': 'the database has no partition for the row',
  contention: 'the database could not carry out concurrent statements',
  rejected: 'the database refused the statement',
  unavailable: 'the database cannot be reached',
  unknown: 'the database did not answer; the statement may have taken effect',
};

/** Translates what the Neon driver, drizzle or `fetch` threw. */
export function databaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const source = sourceOf(error);
  const { code: sqlState, constraint } = source as { code?: unknown; constraint?: unknown };
  if (typeof sqlState !== 'string' || !/^[0-9A-Z]{5}$/.test(sqlState)) return new DatabaseError('unknown');
  const details = { sqlState, ...(typeof constraint === 'string' && { constraint }) };
  return new DatabaseError(codeOf(sqlState, details.constraint), details);
}

/** drizzle wraps the driver's error; the driver's has the code. */
function sourceOf(error: unknown): object {
  let source = error;
  while (source instanceof Error && source.cause instanceof Error && !('code' in source)) source = source.cause;
  return typeof source === 'object' && source !== null ? source : {};
}

function codeOf(sqlState: string, constraint: string | undefined): DatabaseErrorCode {
  switch (sqlState) {
    case '23505':
      return 'duplicate';
    case '23503':
      return 'missing-reference';
    case '23514':
      // Postgres reports a missing partition as a violated check, but names no constraint then.
      return constraint ? 'rejected' : 'no-partition';
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
    case '55P03': // lock_not_available
      return 'contention';
    case '08001': // unable to establish the connection
    case '08004': // connection rejected
    case '57P03': // cannot_connect_now: starting up or shutting down
    case '57014': // query_canceled
      return 'unavailable';
    case '40003': // statement_completion_unknown
    case '57P01': // admin_shutdown
    case '57P02': // crash_shutdown
      return 'unknown';
  }
  switch (sqlState.slice(0, 2)) {
    case '53': // insufficient resources: connections, memory, disk
      return 'unavailable';
    case '08': // the connection broke
    case '58': // an error outside of Postgres
    case 'XX': // an internal error
      return 'unknown';
    default:
      return 'rejected';
  }
}
