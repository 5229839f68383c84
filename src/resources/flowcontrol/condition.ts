/** The conditions of both kinds of flow control, which are alike. */
import { listOf, object, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldRequired, type FieldError } from '../../machinery/status.ts';

/** The list of them, under the name that the kind gives them. */
export const conditionsSchema = (name: string) =>
  listOf(object(name, { lastTransitionTime: time, message: string, reason: string, status: string, type: string }), {
    listType: 'map',
    mapKeys: ['type'],
    patch: { mergeKey: 'type' },
  });

type Conditions = TypeOf<ReturnType<typeof conditionsSchema>>;

export function validateConditions(conditions: Conditions = []): FieldError[] {
  const types = new Set<string>();
  return conditions.flatMap(({ type = '' }, i) => {
    const at = `status.conditions[${i}].type`;
    const errors = types.has(type) ? [fieldDuplicate(at, type)] : [];
    types.add(type);
    return type ? errors : [...errors, fieldRequired(at)];
  });
}
