/** What rules may cost at the most, for all objects that their schema allows. Bounds and messages are upstream's. */
import { requestBytesMax } from '../../cel/types/declared.ts';
import type { JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { fieldForbidden, type FieldError } from '../../machinery/status.ts';

/** In units of cel-go: of one rule, and of all rules of a schema. */
const ruleCostMax = 10_000_000;
const schemaCostMax = 100_000_000;
const mostExpensiveShown = 4;

/** How often a value of a schema can be in one object; undefined if no bound above it says. */
export type Cardinality = number | undefined;

/** How often the children of a value of the schema can be there. */
export function childCardinality(schema: JSONSchemaProps, own: Cardinality): Cardinality {
  if (own === undefined) return undefined;
  const { type, additionalProperties, maxProperties, maxItems } = schema;
  const isMap = type === 'object' && additionalProperties !== undefined;
  const most = isMap ? maxProperties : type === 'array' ? maxItems : 1;
  return most === undefined ? undefined : own * Math.max(0, most);
}

/** How often a value of that least size fits into a request. */
export const cardinalityOfSize = (minSize: number): number => Math.floor(requestBytesMax / (minSize + 1));

/** Adds up what the rules of a schema cost. */
export class CostTotal {
  readonly #expensive: { path: string; cost: number }[] = [];
  #total = 0;

  /** Takes in an expression. Returns what is wrong with its cost. */
  add(path: string, what: string, cost: number, isBounded: boolean): FieldError[] {
    this.#total += cost;
    if (cost >= schemaCostMax / 100) this.#expensive.push({ path, cost });
    return isBounded && cost > ruleCostMax ? [fieldForbidden(path, tooExpensive(what, cost, ruleCostMax))] : [];
  }

  /** What is wrong with the sum. */
  errors(path: string): FieldError[] {
    if (this.#total <= schemaCostMax) return [];
    const expensive = this.#expensive.sort((a, b) => b.cost - a.cost).slice(0, mostExpensiveShown);
    const contributed = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...expensive.map((each) => fieldForbidden(each.path, contributed)),
      fieldForbidden(path, tooExpensive(what, this.#total, schemaCostMax)),
    ];
  }
}

function tooExpensive(what: string, cost: number, limit: number): string {
  const times = cost / limit;
  const factor = times > 100 ? 'more than 100x' : times < 1.5 ? `${times.toFixed(6)}x` : `${times.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
