import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { controllerOf, kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { any, field, int64, required, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateNonNegative } from './workload.ts';

const ControllerRevisionSchema = kindSchema('io.k8s.api.apps.v1.ControllerRevision', {
  data: field(any, { doc: 'The state that was recorded. Cannot be changed.' }),
  revision: required(int64, { doc: 'Counts the revisions of one owner.' }),
});
export type ControllerRevision = TypeOf<typeof ControllerRevisionSchema>;

export const controllerRevisions = defineResource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  description: 'A past state of a workload, kept by its controller for updates and rollbacks.',
  schema: ControllerRevisionSchema,
  strategy: {
    defaults(o) {
      o.revision ??= 0;
    },
    validate: (o) => [...validateNonNegative(o.revision, 'revision'), ...validateData(o.data)],
    validateUpdate: (o, old) =>
      JSON.stringify(o.data) === JSON.stringify(old.data) ? [] : [fieldInvalid('data', o.data, 'field is immutable')],
  },
  columns: [
    nameColumn,
    { name: 'Controller', type: 'string', description: 'The object that the revision is of.', cell: (o) => ownerName(o) },
    { name: 'Revision', type: 'string', description: 'Counts the revisions of one owner.', cell: (o) => o.revision },
    ageColumn,
  ],
});

function validateData(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [fieldRequired('data', 'data is mandatory')];
  if (typeof data !== 'object' || Array.isArray(data)) return [fieldRequired('data', 'data must be a valid JSON object')];
  return [];
}

/** As `statefulset.apps/web`. */
function ownerName(object: ControllerRevision): string {
  const owner = controllerOf(object);
  if (!owner) return '<none>';
  const slash = owner.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`;
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}
