import type { KubeObject } from '../machinery/meta.ts';
import type { AdmissionContext, Attributes } from './plugin.ts';

/** What expressions are evaluated on. */
export interface ExpressionInput {
  readonly attributes: Attributes;
  /** In the version of the kind that was matched. */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  /** The AdmissionRequest, without the objects. */
  readonly request: object;
  readonly params?: KubeObject;
}

/** Compiled matchConditions. */
export interface Conditions {
  /** False as soon as one is false; otherwise an error if one has no value, in upstream's words. */
  match(input: ExpressionInput, context: AdmissionContext): boolean | { error: string };
}
