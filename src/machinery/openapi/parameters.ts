/** The parameters that paths and queries of the API take, the same in every group. */
export interface Parameter {
  name: string;
  in: 'path' | 'query';
  type: 'string' | 'integer' | 'boolean';
  description: string;
}

const query = (name: string, type: Parameter['type'], description: string): Parameter => ({
  name,
  in: 'query',
  type,
  description,
});

export const namespaceParameter: Parameter = {
  name: 'namespace',
  in: 'path',
  type: 'string',
  description: 'The namespace of the objects.',
};
export const nameParameter = (kind: string): Parameter => ({
  name: 'name',
  in: 'path',
  type: 'string',
  description: `The name of the ${kind}.`,
});
export const pretty = query('pretty', 'string', 'If true, the answer is indented.');

const dryRun = query('dryRun', 'string', 'All: everything is done but stored.');
const fieldManager = query('fieldManager', 'string', 'Who makes the change, 128 characters at most.');
const fieldValidation = query(
  'fieldValidation',
  'string',
  'What becomes of unknown and duplicate fields: Strict refuses them, Warn (the default) drops them with a warning, Ignore drops them.',
);
const force = query('force', 'boolean', 'Takes over fields that others manage. Only for apply patches.');

const resourceVersion = query('resourceVersion', 'string', 'How old the answer may be, or where a watch starts.');
const selection: readonly Parameter[] = [
  query('continue', 'string', 'Where a further page starts, as the page before said.'),
  query('fieldSelector', 'string', 'Only objects whose fields have these values.'),
  query('labelSelector', 'string', 'Only objects whose labels match.'),
  query('limit', 'integer', 'How many objects a page may have.'),
  resourceVersion,
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query('sendInitialEvents', 'boolean', 'A watch begins with the objects that there are, and a bookmark after them.'),
  query('timeoutSeconds', 'integer', 'How long the request may take.'),
];
const deletion: readonly Parameter[] = [
  dryRun,
  query('gracePeriodSeconds', 'integer', 'How long an object may take to end; 0 ends it at once.'),
  query('orphanDependents', 'boolean', 'The old form of propagationPolicy.'),
  query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];

export const listParameters: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean', 'Lets a watch send bookmarks.'),
  ...selection,
  query('watch', 'boolean', 'Streams changes instead of a list.'),
];
export const writeParameters: readonly Parameter[] = [dryRun, fieldManager, fieldValidation];
export const patchParameters: readonly Parameter[] = [...writeParameters, force];
export const deleteParameters: readonly Parameter[] = deletion;
export const deleteCollectionParameters: readonly Parameter[] = [...selection, ...deletion];
