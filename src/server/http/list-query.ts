import { badRequest, fieldForbidden, fieldNotSupported, invalid, type FieldError } from '../../machinery/status.ts';
import type { ListQuery } from '../verbs/list.ts';
import { booleanParameter, integerParameter } from './options.ts';

const none: ListQuery = {};

/** Reads the parameters of a list, a collection's deletion or a watch. Throws 400 and 422 as upstream. */
export function parseListQuery(query: URLSearchParams, watch: boolean): ListQuery {
  if (query.size === 0) return none;
  // Answered to who asks for it (`handlers/read.ts`): whoever else ignored it would show, or delete, what he is not asked to.
  if (query.has('asOf')) throw badRequest('asOf is for get and list only');
  const text = (name: string) => query.get(name) || undefined;
  const parsed: ListQuery = {
    labelSelector: text('labelSelector'),
    fieldSelector: text('fieldSelector'),
    resourceVersion: text('resourceVersion'),
    resourceVersionMatch: text('resourceVersionMatch'),
    limit: integerParameter(query, 'limit'),
    continue: text('continue'),
    sendInitialEvents: booleanParameter(query, 'sendInitialEvents'),
    allowWatchBookmarks: booleanParameter(query, 'allowWatchBookmarks'),
    timeoutSeconds: integerParameter(query, 'timeoutSeconds'),
  };
  const errors = watch ? watchErrors(parsed) : listErrors(parsed);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions', name: '' }, errors);
  return parsed;
}

const withContinue = fieldForbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');

function listErrors(query: ListQuery): FieldError[] {
  const errors: FieldError[] = [];
  const match = query.resourceVersionMatch;
  if (match !== undefined) {
    if (query.resourceVersion === undefined)
      errors.push(fieldForbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (query.continue !== undefined) errors.push(withContinue);
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(fieldNotSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && query.resourceVersion === '0')
      errors.push(fieldForbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (query.sendInitialEvents !== undefined)
    errors.push(fieldForbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return errors;
}

function watchErrors(query: ListQuery): FieldError[] {
  const errors: FieldError[] = [];
  const match = query.resourceVersionMatch;
  if (query.sendInitialEvents !== undefined && match !== 'NotOlderThan')
    errors.push(
      fieldForbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    );
  if (match !== undefined) {
    if (query.sendInitialEvents === undefined)
      errors.push(
        fieldForbidden(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      );
    if (match !== 'NotOlderThan') errors.push(fieldNotSupported('resourceVersionMatch', match, ['NotOlderThan']));
    if (query.continue !== undefined) errors.push(withContinue);
  }
  return errors;
}
