/** The options of pods/log in the query (`ValidatePodLogOptions` upstream). */
import { badRequest, fieldForbidden, fieldInvalid, invalid, type FieldError } from '../../machinery/status.ts';
import { booleanParameter, integerParameter } from '../http/options.ts';

/** What of a container's log is asked for. */
export interface LogOptions {
  /** '' for the only one. */
  container: string;
  follow: boolean;
  /** The log of the instance before this one. */
  previous: boolean;
  timestamps: boolean;
  sinceSeconds?: number;
  sinceTime?: Date;
  tailLines?: number;
  limitBytes?: number;
}

/** Reads and checks the options. Throws 400 for what cannot be read, 422 for what may not be. */
export function logOptions(query: URLSearchParams, podName: string): LogOptions {
  const options: LogOptions = {
    container: query.get('container') ?? '',
    follow: booleanParameter(query, 'follow') ?? false,
    previous: booleanParameter(query, 'previous') ?? false,
    timestamps: booleanParameter(query, 'timestamps') ?? false,
    sinceSeconds: integerParameter(query, 'sinceSeconds'),
    sinceTime: timeParameter(query, 'sinceTime'),
    tailLines: integerParameter(query, 'tailLines'),
    limitBytes: integerParameter(query, 'limitBytes'),
  };
  const errors = validate(options);
  // Splitting the streams is an alpha feature upstream.
  if (query.has('stream')) errors.push(fieldForbidden('stream', 'may not be specified'));
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions', name: podName }, errors);
  return options;
}

function validate({ tailLines, limitBytes, sinceSeconds, sinceTime }: LogOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0)
    errors.push(fieldInvalid('tailLines', tailLines, 'must be greater than or equal to 0'));
  if (limitBytes !== undefined && limitBytes < 1) errors.push(fieldInvalid('limitBytes', limitBytes, 'must be greater than 0'));
  // About no field in particular, which Go writes so.
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    errors.push(fieldForbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  else if (sinceSeconds !== undefined && sinceSeconds < 1)
    errors.push(fieldInvalid('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  return errors;
}

const rfc3339Pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function timeParameter(query: URLSearchParams, name: string): Date | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  const time = Date.parse(text);
  if (!rfc3339Pattern.test(text) || Number.isNaN(time)) {
    const quoted = JSON.stringify(text);
    throw badRequest(`parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`);
  }
  return new Date(time);
}
