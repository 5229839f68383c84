/** The conditions of both kinds of flow control, which are alike. */
import { field, listOf, object, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldRequired, type FieldError } from '../../machinery/status.ts';

/** The list of them, under the name that the kind gives them. */
export const conditionsSchema = (name: string) =>
  listOf(
    object(name, {
      lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
      message: field(string, { doc: 'What is behind the status, for people.' }),
      reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
      status: field(string, { doc: 'True, False or Unknown.' }),
      type: field(string, { doc: 'What the condition is about.' }),
    }),
    {
      listType: 'map',
      mapKeys: ['type'],
      patch: { mergeKey: 'type' },
    },
  );

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
