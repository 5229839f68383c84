/** Asking the rules of a schema about a value, and all that is in it. Messages and budgets are upstream's. */
import { CelError, Meter, perCallLimit, requestLimit, stepsPerUnit } from '../../cel/meter.ts';
import { wrap } from '../../cel/values/json.ts';
import { isFault, none, Optional } from '../../cel/values/value.ts';
import type { Declared } from '../../cel/types/declared.ts';
import { isPlain, samePlain, type Plain } from '../../machinery/plain.ts';
import { at, keyed, nowhere } from '../../machinery/structural/paths.ts';
import { itemsOf, schemasIn, valuesOf, type JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { correlateItems, type Before } from '../../machinery/structural/value.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { compileRules, declaredOf, type CompiledRule } from './compile-rules.ts';
import { messageOf, ruleText, violation } from './violation.ts';

/** The rules of a schema and of what is in it. */
export class Rules {
  readonly #schema: JSONSchemaProps;
  readonly #declared: Declared | undefined;
  readonly #properties = new Map<string, Rules>();
  readonly #items: Rules | undefined;
  readonly #values: Rules | undefined;
  #compiled: readonly CompiledRule[] | undefined;

  /** The rules in a schema; undefined if there are none. `isResource` for the schema of a whole object. */
  static of(schema: JSONSchemaProps | undefined, isResource = schema?.['x-kubernetes-embedded-resource'] === true): Rules | undefined {
    if (!schema) return undefined;
    for (const each of schemasIn(schema)) if (each['x-kubernetes-validations']?.length) return new Rules(schema, isResource);
    return undefined;
  }

  private constructor(schema: JSONSchemaProps, isResource: boolean) {
    this.#schema = schema;
    this.#declared = declaredOf(schema, isResource);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      // What has no type in CEL is left out.
      const rules = declaredOf(property, property['x-kubernetes-embedded-resource'] === true) && Rules.of(property);
      if (rules) this.#properties.set(name, rules);
    }
    this.#items = Rules.of(itemsOf(schema));
    this.#values = Rules.of(valuesOf(schema));
  }

  /** What a value breaks. `before` is what it was before a change; where it stayed the same, it is forgiven. */
  validate(value: unknown, before: Before | undefined, path = ''): FieldError[] {
    const errors: FieldError[] = [];
    try {
      this.#check(value, { path, isRoot: path === '', old: before?.value, before, sameAbove: () => false }, new Budget(errors));
    } catch (error) {
      // What has been found stands, and ends with the reason.
      if (!(error instanceof OutOfBudget)) throw error;
    }
    return errors;
  }

  #check(value: unknown, place: Place, budget: Budget): void {
    if (value === null || value === undefined) return;
    this.#ask(value, place, budget);
    if (Array.isArray(value) && this.#items) this.#checkItems(value, place, this.#items, budget);
    else if (isPlain(value)) this.#checkFields(value, place, budget);
  }

  #checkItems(list: readonly unknown[], place: Place, items: Rules, budget: Budget): void {
    const oldOf = correlateItems(this.#schema, { value: place.old });
    const beforeOf = correlateItems(this.#schema, place.before);
    for (const [i, item] of list.entries())
      items.#check(item, below(place, `${place.path}[${i}]`, list, oldOf(item)?.value, beforeOf(item)), budget);
  }

  #checkFields(object: Plain, place: Place, budget: Budget): void {
    const old = isPlain(place.old) ? place.old : {};
    const before = place.before && isPlain(place.before.value) ? place.before.value : undefined;
    for (const key in object) {
      const own = this.#properties.get(key);
      const rules = own ?? (Object.hasOwn(this.#schema.properties ?? {}, key) ? undefined : this.#values);
      if (!rules) continue;
      const path = own ? at(place.path, key) : keyed(place.path, key);
      // Old and new object are shown in the same version.
      const isTypeMeta = place.isRoot && (key === 'apiVersion' || key === 'kind');
      const was = before && !isTypeMeta && Object.hasOwn(before, key) ? { value: before[key] } : undefined;
      rules.#check(object[key], below(place, path, object, Object.hasOwn(old, key) ? old[key] : undefined, was), budget);
    }
  }

  #ask(value: unknown, place: Place, budget: Budget): void {
    const declared = this.#declared;
    if (!declared || !this.#schema['x-kubernetes-validations']?.length) return;
    this.#compiled ??= compileRules(this.#schema, declared);
    const { type = '' } = this.#schema;
    const path = place.path || nowhere;
    for (const compiled of this.#compiled) {
      const { rule, program, error, usesOldSelf } = compiled;
      const hasOld = place.old !== undefined && place.old !== null;
      if (error !== undefined) budget.errors.push(fieldInvalid(path, type, `rule compile error: ${error}`));
      if (!program || (usesOldSelf && !hasOld && !rule.optionalOldSelf)) continue;
      const bindings = { self: value, ...(usesOldSelf && { oldSelf: rule.optionalOldSelf ? optional(place.old, declared) : place.old }) };
      const holds = budget.evaluate(program, bindings, path, type, rule);
      if (holds === undefined || holds === true) continue;
      const message = messageOf(compiled, { self: value, ...(hasOld && { oldSelf: place.old }) }, budget);
      const found = violation(compiled, place.path, value, type, message);
      if (usesOldSelf || !isForgiven(place, value)) budget.errors.push(found);
      if (message.isLast) throw new OutOfBudget();
    }
  }
}

interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** What rules see as oldSelf. */
  readonly old: unknown;
  /** The value before, where it can be told which one that is. */
  readonly before: Before | undefined;
  /** Whether the nearest value above of which that can be told has stayed the same. */
  readonly sameAbove: () => boolean;
}

const below = (place: Place, path: string, holder: unknown, old: unknown, before: Before | undefined): Place => ({
  path,
  isRoot: false,
  old,
  before,
  sameAbove: place.before ? () => samePlain(place.before!.value, holder) : place.sameAbove,
});

const isForgiven = ({ before, sameAbove }: Place, value: unknown): boolean =>
  before ? samePlain(before.value, value) : sameAbove();

function optional(old: unknown, declared: Declared): Optional {
  const value = old === undefined || old === null ? undefined : wrap(old, declared);
  return value === undefined || isFault(value) ? none : new Optional(value);
}

/** Thrown when nothing more may be evaluated; why is among the errors. */
class OutOfBudget extends Error {}

/** What an evaluation cost, or the time that it took where that was more: several dear ones may not follow each other. */
const costOf = ({ cost, steps }: Meter): number => Math.max(cost, Math.min(steps / stepsPerUnit, perCallLimit));

/** What all rules about one object may cost together. */
export class Budget {
  readonly errors: FieldError[];
  left = requestLimit;

  constructor(errors: FieldError[]) {
    this.errors = errors;
  }

  /** The value of a rule; undefined if it has none, which is then an error. */
  evaluate(
    program: NonNullable<CompiledRule['program']>,
    bindings: Plain,
    path: string,
    type: string,
    rule: CompiledRule['rule'],
  ): unknown {
    const meter = new Meter(perCallLimit);
    const give = (words: string) => void this.errors.push(fieldInvalid(path, type, words));
    try {
      const value = program.evaluate(bindings, meter);
      this.#spend(costOf(meter), give);
      return value;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      const { message } = error;
      this.#spend(Math.min(costOf(meter), perCallLimit), give);
      if (error.code === 'cost-limit') {
        give(`'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(rule)}`);
        throw new OutOfBudget();
      }
      if (message.startsWith('no such overload'))
        give(`'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`);
      else give(`${message} evaluating rule: ${ruleText(rule)}`);
      return undefined;
    }
  }

  #spend(cost: number, give: (words: string) => void): void {
    if (cost > this.left) {
      give('validation failed due to running out of cost budget, no further validation rules will be run');
      throw new OutOfBudget();
    }
    this.left -= cost;
  }
}

