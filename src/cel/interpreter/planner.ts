/** Plans a checked expression. */
import type { Checked } from '../checker/checker.ts';
import type { Expression, ListLiteral, MapLiteral, StructLiteral } from '../syntax/ast.ts';
import { ArrayList, EntryMap } from '../values/collections.ts';
import { Fault, isFault, Optional, TypeValue, typeOf, type Outcome, type Value } from '../values/value.ts';
import { planIndex, planSelect } from './access.ts';
import { planCall } from './calls.ts';
import { planLogical, planNotStrictlyFalse, planTernary } from './logic.ts';
import { planLoop } from './loops.ts';
import { constantOf, type Planned, type Planner, type Step } from './step.ts';

const listCost = 10;
const mapCost = 30;
const structCost = 40;

export function planExpression(checked: Checked): Step {
  return new ExpressionPlanner(checked).plan(checked.expression).step;
}

class ExpressionPlanner implements Planner {
  readonly checked: Checked;
  /** Names of comprehensions around; the index is the slot. */
  private readonly locals: string[] = [];

  constructor(checked: Checked) {
    this.checked = checked;
  }

  withLocals<T>(names: readonly string[], plan: (slots: readonly number[]) => T): T {
    const first = this.locals.length;
    this.locals.push(...names);
    const planned = plan(names.map((_, i) => first + i));
    this.locals.length = first;
    return planned;
  }

  plan(expression: Expression, base: 0 | 1 = 1): Planned {
    switch (expression.kind) {
      case 'literal':
        return constantOf(expression.value);
      case 'identifier':
        return this.planName(expression, base);
      case 'select':
        if (this.checked.referenceOf(expression)) return this.planName(expression, base);
        return planSelect(this, expression, base);
      case 'call':
        return this.planOperator(expression, base) ?? planCall(this, expression);
      case 'list':
        return this.planList(expression);
      case 'map':
        return this.planMap(expression);
      case 'struct':
        return this.planStruct(expression);
      case 'comprehension':
        return planLoop(this, expression);
    }
  }

  private planName(expression: Expression, base: 0 | 1): Planned {
    const reference = this.checked.referenceOf(expression);
    if (reference?.kind === 'type') return constantOf(new TypeValue(reference.type));
    if (reference?.kind === 'variable') {
      const { name } = reference;
      return {
        step: ({ meter, variable }) => {
          meter.charge(base);
          return variable(name);
        },
      };
    }
    const slot = expression.kind === 'identifier' ? this.locals.lastIndexOf(expression.name) : -1;
    return {
      step: ({ meter, frame }) => {
        meter.charge(base);
        return frame[slot]!;
      },
    };
  }

  private planOperator(call: Expression & { kind: 'call' }, base: 0 | 1): Planned | undefined {
    switch (call.function) {
      case '_&&_':
      case '_||_':
        return planLogical(this, call);
      case '_?_:_':
        return planTernary(this, call);
      case '@not_strictly_false':
        return planNotStrictlyFalse(this, call);
      case '_[_]':
      case '_[?_]':
      case '_?._':
        return planIndex(this, call, base);
      default:
        return undefined;
    }
  }

  private planList({ elements, optional }: ListLiteral): Planned {
    const planned = elements.map((element) => this.plan(element));
    if (optional.size === 0 && planned.every(({ constant }) => constant))
      return constantOf(new ArrayList(planned.map(({ constant }) => constant!.value)));
    const steps = planned.map(({ step }) => step);
    return {
      step: (run) => {
        const items: Value[] = [];
        for (let i = 0; i < steps.length; i++) {
          const item = steps[i]!(run);
          if (isFault(item)) return item;
          if (!optional.has(i)) items.push(item);
          else if (!(item instanceof Optional)) return notOptional('list element', item);
          else if (item.value !== undefined) items.push(item.value);
        }
        run.meter.charge(listCost);
        return new ArrayList(items);
      },
    };
  }

  private planMap({ entries }: MapLiteral): Planned {
    const planned = entries.map(({ key, value, optional }) => ({ key: this.plan(key), value: this.plan(value), optional }));
    if (planned.every(({ key, value, optional }) => key.constant && value.constant && !optional)) {
      const map = new EntryMap();
      const fine = planned.every(({ key, value }) => map.set(key.constant!.value, value.constant!.value));
      if (fine) return constantOf(map);
    }
    return {
      step: (run) => {
        const map = new EntryMap();
        for (const entry of planned) {
          const key = entry.key.step(run);
          if (isFault(key)) return key;
          const value = entry.value.step(run);
          const added = addEntry(map, key, value, entry.optional);
          if (isFault(added)) return added;
        }
        run.meter.charge(mapCost);
        return map;
      },
    };
  }

  private planStruct(struct: StructLiteral): Planned {
    const type = this.checked.typeOf(struct);
    const fields = struct.fields.map(({ name, value, optional }) => ({ name, step: this.plan(value).step, optional }));
    return {
      step: (run) => {
        const object = new EntryMap(type);
        for (const { name, step, optional } of fields) {
          const added = addEntry(object, name, step(run), optional);
          if (isFault(added)) return added;
        }
        run.meter.charge(structCost);
        return object;
      },
    };
  }
}

function addEntry(map: EntryMap, key: Value, value: Outcome, optional: boolean): Outcome {
  if (isFault(value)) return value;
  let present: Value = value;
  if (optional) {
    if (!(value instanceof Optional)) return notOptional(`entry '${String(key)}'`, value);
    if (value.value === undefined) return true;
    present = value.value;
  }
  return map.set(key, present) || new Fault(`unsupported key type: ${typeOf(key).name}`);
}

const notOptional = (what: string, value: Value) =>
  new Fault(`cannot initialize optional ${what} from non-optional value of type ${typeOf(value).name}`);
