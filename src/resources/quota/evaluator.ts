import type { KubeObject } from '../../machinery/meta.ts';
import { addQuantities, type Quantity } from '../../machinery/quantity.ts';
import type { ResourceQuotaSpec } from '../core/resourcequota.ts';
import type { Amounts } from '../shared/pod-resources.ts';

/** A condition on the objects that a quota counts: an item of `scopes` or of `scopeSelector`. */
export interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** How much the objects of one kind take of a quota (upstream's `quota.Evaluator`). Pure. */
export interface Evaluator<T extends KubeObject = KubeObject> {
  /** Whether objects of this kind can take anything of what a quota calls so: `requests.cpu`, `count/pods`. */
  counts(name: string): boolean;
  /** What an object takes, by the names that quotas use. */
  usage(object: T, now: Date): Amounts;
  isInScope(object: T, scope: ScopeRequirement): boolean;
  /** What an object must say but does not, for a quota of these names; in upstream's words. */
  missing?(object: T, names: readonly string[]): string | undefined;
  /** Whether an update through this subresource may be refused for what it takes more. */
  chargesUpdate(subresource: string, object: T, old: T): boolean;
}

/** A number of objects. */
export const count = (units: number): Quantity => ({ nano: BigInt(units) * 1_000_000_000n, format: 'DecimalSI' });

/** How quotas call the number of objects of a kind, whatever they are: `count/deployments.apps`. */
export const countName = (resource: string): string => `count/${resource}`;

/** Adds amounts to others. */
export function addAmounts(to: Amounts, from: Amounts): void {
  for (const [name, quantity] of from) {
    const present = to.get(name);
    to.set(name, present ? addQuantities(present, quantity) : quantity);
  }
}

/** All conditions on what a quota counts. */
export const scopesOf = ({ scopes = [], scopeSelector }: ResourceQuotaSpec): ScopeRequirement[] => [
  ...scopes.map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...(scopeSelector?.matchExpressions ?? []),
];

/** Whether one of these names is selected; no name at all is, where none is asked for. */
export function selectsName({ operator, values = [] }: ScopeRequirement, names: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return names.some((name) => values.includes(name));
    case 'NotIn':
      return names.length === 0 || names.some((name) => !values.includes(name));
    case 'Exists':
      return names.length > 0;
    case 'DoesNotExist':
      return names.length === 0;
    default:
      return false;
  }
}
