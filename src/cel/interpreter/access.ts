/** Fields of objects and elements of lists and maps: `a.b`, `has(a.b)`, `a.?b`, `a[i]`, `a[?i]`. */
import type { Call, Expression, Select } from '../syntax/ast.ts';
import { show } from '../values/compare.ts';
import { Fault, isFault, ListValue, MapValue, none, Optional, Uint, type Outcome, type Value } from '../values/value.ts';
import type { Planned, Planner, Step } from './step.ts';

/** What is read costs one unit; each selection another one. */
function planOperand(planner: Planner, operand: Expression, base: 0 | 1): Step {
  const isChain =
    operand.kind === 'identifier' || operand.kind === 'select' || (operand.kind === 'call' && accessors.has(operand.function));
  const { step, constant } = planner.plan(operand, base);
  if (isChain && !constant) return step;
  return (run) => {
    const value = step(run);
    run.meter.charge(base);
    return value;
  };
}
const accessors = new Set(['_[_]', '_[?_]', '_?._', '_?_:_']);

export function planSelect(planner: Planner, { operand, field, test }: Select, base: 0 | 1): Planned {
  const object = planOperand(planner, operand, base);
  if (test) {
    return {
      step: (run) => {
        const value = object(run);
        return isFault(value) ? value : isPresent(value, field);
      },
    };
  }
  return { step: access(object, () => field, false) };
}

function isPresent(value: Value, field: string): Outcome {
  if (value instanceof Optional) return value.value === undefined ? false : isPresent(value.value, field);
  if (!(value instanceof MapValue)) return false;
  const found = value.find(field);
  return isFault(found) ? found : found !== undefined;
}

export function planIndex(planner: Planner, call: Call, base: 0 | 1): Planned {
  const [operand, index] = call.args as [Expression, Expression];
  const object = planOperand(planner, operand, base);
  return { step: access(object, planner.plan(index, 0).step, call.function !== '_[_]') };
}

/** Looks up what `key` says. What is missing is a fault, or nothing if the access is optional or the object was. */
function access(object: Step, key: Step, optional: boolean): Step {
  return (run) => {
    const value = object(run);
    if (isFault(value)) return value;
    if (value instanceof Optional && value.value === undefined) return none;
    const at = key(run);
    if (isFault(at)) return at;
    const isWrapped = value instanceof Optional;
    const found = lookUp(isWrapped ? value.value! : value, at, optional || isWrapped);
    if (found === undefined) return none;
    run.meter.charge(1);
    return (optional || isWrapped) && !isFault(found) ? new Optional(found) : found;
  };
}

function lookUp(value: Value, key: Value, optional: boolean): Outcome | undefined {
  if (value instanceof MapValue) {
    const found = value.find(key);
    return found === undefined && !optional ? new Fault(`no such key: ${show(key)}`) : found;
  }
  if (value instanceof ListValue) {
    const index = indexOf(key);
    if (isFault(index)) return index;
    if (index >= 0 && index < value.size) return value.at(index);
    return optional ? undefined : new Fault(`index out of bounds: ${show(key)}`);
  }
  return optional ? undefined : new Fault(`no such key: ${show(key)}`);
}

function indexOf(key: Value): number | Fault {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (typeof key === 'number' && Number.isInteger(key)) return key;
  return typeof key === 'number'
    ? new Fault(`unsupported index value ${key} in list`)
    : new Fault(`unsupported index type '${typeof key}' in list`);
}
