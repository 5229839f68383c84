/** Comprehensions, which macros are made of. */
import type { Comprehension } from '../syntax/ast.ts';
import { ArrayList, EntryMap, GrowingList } from '../values/collections.ts';
import { isFault, ListValue, MapValue, noSuchOverload, type Fault, type Outcome, type Value } from '../values/value.ts';
import { isBinding } from '../syntax/macros.ts';
import type { Planned, Planner, Step } from './step.ts';

export function planLoop(planner: Planner, loop: Comprehension): Planned {
  return isBinding(loop) ? planBinding(planner, loop) : planComprehension(planner, loop);
}

/** A name for a value. A fault counts where the name is used. */
function planBinding(planner: Planner, loop: Comprehension): Planned {
  const value = planner.plan(loop.initial).step;
  return planner.withLocals([loop.accumulator], ([slot]) => {
    const result = planner.plan(loop.result).step;
    return {
      step: (run) => {
        run.frame[slot!] = value(run);
        return result(run);
      },
    };
  });
}

function planComprehension(planner: Planner, loop: Comprehension): Planned {
  const range = planner.plan(loop.range).step;
  const initial = initialStep(planner, loop);
  const names = loop.second ? [loop.variable, loop.second] : [loop.variable];
  return planner.withLocals([loop.accumulator], ([accumulator]) => {
    const body = planner.withLocals(names, (slots) => ({
      slots,
      condition: planner.plan(loop.condition).step,
      step: planner.plan(loop.step).step,
    }));
    const result = planner.plan(loop.result).step;
    const [first, second] = body.slots as [number, number?];
    return {
      step: (run) => {
        const over = range(run);
        if (isFault(over)) return over;
        const entries = entriesOf(over, second !== undefined);
        if (isFault(entries)) return entries;
        run.frame[accumulator!] = initial(run);
        for (const [one, two] of entries) {
          run.frame[first] = one;
          if (second !== undefined) run.frame[second] = two;
          const goesOn = body.condition(run);
          if (goesOn !== true && !isFault(goesOn)) break;
          run.meter.work(1);
          run.frame[accumulator!] = body.step(run);
        }
        const made = result(run);
        return made instanceof GrowingList ? new ArrayList([...made]) : made;
      },
    };
  });
}

/** What a macro gathers into is its own until the loop ends, so that it can grow in place. */
function initialStep(planner: Planner, { initial }: Comprehension): Step {
  if (initial.kind === 'list' && initial.elements.length === 0) return () => new GrowingList();
  if (initial.kind === 'map' && initial.entries.length === 0) return () => new EntryMap();
  return planner.plan(initial).step;
}

type Entry = readonly [first: Outcome, second: Outcome];

/** With one variable: items of a list, keys of a map. With two: indexes or keys, and values. */
function entriesOf(over: Value, two: boolean): Iterable<Entry> | Fault {
  if (over instanceof ListValue) return listEntries(over, two);
  if (over instanceof MapValue) return mapEntries(over, two);
  return noSuchOverload;
}

function* listEntries(list: ListValue, two: boolean): Iterable<Entry> {
  let index = 0n;
  for (const item of list) yield two ? [index++, item] : [item, null];
}

function* mapEntries(map: MapValue, two: boolean): Iterable<Entry> {
  for (const key of map.keys()) yield [key, two ? (map.find(key) ?? null) : null];
}
