/** The rules of a schema in CEL, ready to be asked. */
import type { KubeObject } from '../../machinery/meta.ts';
import type { JSONSchemaProps } from '../../machinery/structural/schema.ts';
import type { FieldError } from '../../machinery/status.ts';

export interface Rules {
  /** What objects break. `old` is the object before a change. */
  validate(object: KubeObject, old: KubeObject | undefined): FieldError[];
}

/** The rules of a schema; undefined if it has none. */
export const rulesOf = (_: JSONSchemaProps): Rules | undefined => undefined;
