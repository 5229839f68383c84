import type { ManagedFieldsEntry } from '../meta.ts';
import { StatusError } from '../status.ts';
import { showPath } from './element.ts';
import { pathsOf, type FieldSet } from './set.ts';

/** What somebody else manages and an apply would change. */
export interface Conflict {
  readonly entry: ManagedFieldsEntry;
  readonly fields: FieldSet;
}

/** 409 with every field and who manages it, in upstream's words, which kubectl explains to its user. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const found = conflicts
    .map(({ entry, fields }) => ({ who: showManager(entry), paths: [...pathsOf(fields)].map(showPath) }))
    .sort((a, b) => (a.who < b.who ? -1 : 1));
  const count = found.reduce((sum, { paths }) => sum + paths.length, 0);
  const message =
    count === 1
      ? `Apply failed with 1 conflict: conflict with ${found[0]!.who}: ${found[0]!.paths[0]}`
      : `Apply failed with ${count} conflicts: ${found
          .flatMap(({ who, paths }) => [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)])
          .join('\n')}`;
  const causes = found.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  );
  return new StatusError('Conflict', message, { causes });
}

function showManager({ manager = '', operation, apiVersion = '', subresource }: ManagedFieldsEntry): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
