/** A planned expression: functions that call each other, made once and run often. */
import type { Checked } from '../checker/checker.ts';
import type { Meter } from '../meter.ts';
import type { Expression } from '../syntax/ast.ts';
import type { Outcome, Value } from '../values/value.ts';

/** One evaluation. */
export interface Run {
  readonly meter: Meter;
  /** Variables of comprehensions, by the slots that the planner gave them. */
  readonly frame: Outcome[];
  /** A variable of the environment. */
  readonly variable: (name: string) => Outcome;
}

export type Step = (run: Run) => Outcome;

export interface Planned {
  readonly step: Step;
  /** Of what is the same in every evaluation. It costs nothing. */
  readonly constant?: { readonly value: Value };
}

/** What the parts of the planner need of the whole. */
export interface Planner {
  readonly checked: Checked;
  /**
   * `base` is what reading a variable costs, 1 except where it is not charged: the branches of `?:`, and indexes.
   */
  plan(expression: Expression, base?: 0 | 1): Planned;
  /** Plans with names for the slots of comprehensions. */
  withLocals<T>(names: readonly string[], plan: (slots: readonly number[]) => T): T;
}

export const constantOf = (value: Value): Planned => ({ step: () => value, constant: { value } });
