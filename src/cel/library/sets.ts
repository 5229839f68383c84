/** cel-go's `ext.Sets`, and what the macros with two variables insert with. */
import { global, type Functions, type Implementation } from '../functions.ts';
import { boolType, listOf, mapOf, parameter } from '../types/type.ts';
import type { EntryMap } from '../values/collections.ts';
import { show } from '../values/compare.ts';
import { Fault, isFault, type ListValue, type MapValue, type Outcome, type Value } from '../values/value.ts';
import { contains } from './standard-operators.ts';

const listT = listOf(parameter('T'));
const mapKV = mapOf(parameter('K'), parameter('V'));

const containsAll: Implementation = ([list, wanted], meter) => {
  for (const item of wanted as ListValue) {
    const found = isFault(item) ? item : contains(list as ListValue, item, meter);
    if (found !== true) return found;
  }
  return true;
};

const intersects: Implementation = ([list, other], meter) => {
  for (const item of list as ListValue) if (!isFault(item) && contains(other as ListValue, item, meter) === true) return true;
  return false;
};

const equivalent: Implementation = ([a, b], meter) => {
  const forth = containsAll([a!, b!], meter);
  return forth === true ? containsAll([b!, a!], meter) : forth;
};

export const sets: Functions = {
  'sets.contains': [global('list_sets_contains_list', [listT, listT], boolType, containsAll)],
  'sets.equivalent': [global('list_sets_equivalent_list', [listT, listT], boolType, equivalent)],
  'sets.intersects': [global('list_sets_intersects_list', [listT, listT], boolType, intersects)],
};

function insert(map: EntryMap, key: Value, value: Outcome): Outcome {
  if (isFault(value)) return value;
  if (map.find(key) !== undefined) return new Fault(`insert failed: key ${show(key)} already exists`);
  return map.set(key, value) ? map : new Fault('unsupported key type');
}

/** The map that a macro gathers into belongs to it alone, so it is changed in place. */
const insertPair: Implementation = ([map, key, value]) => insert(map as EntryMap, key!, value!);

const insertAll: Implementation = ([map, entries], meter) => {
  for (const key of (entries as MapValue).keys()) {
    meter.work(1);
    const outcome = insert(map as EntryMap, key, (entries as MapValue).find(key) ?? null);
    if (isFault(outcome)) return outcome;
  }
  return map!;
};

export const mapInsertion: Functions = {
  'cel.@mapInsert': [
    global('@mapInsert_map_key_value', [mapKV, parameter('K'), parameter('V')], mapKV, insertPair),
    global('@mapInsert_map_map', [mapKV, mapKV], mapKV, insertAll),
  ],
};
