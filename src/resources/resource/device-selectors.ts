/** The expressions by which devices are chosen (dynamic-resource-allocation/cel upstream). */
import { Environment, type Program } from '../../cel/environment.ts';
import { parseQuantityValue, quantityType } from '../../cel/library/quantity.ts';
import { parseSemver } from '../../cel/library/semver.ts';
import { CelError } from '../../cel/meter.ts';
import { boolDeclared, declaredOf, dynDeclared, mapDeclared, objectDeclared, stringDeclared } from '../../cel/types/declared.ts';
import { EntryMap } from '../../cel/values/collections.ts';
import type { Outcome, Value } from '../../cel/values/value.ts';
import type { Device, DeviceAttribute } from './device.ts';

const fields = {
  driver: stringDeclared(),
  allowMultipleAllocations: boolDeclared,
  attributes: mapDeclared(mapDeclared(dynDeclared)),
  capacity: mapDeclared(mapDeclared(declaredOf(quantityType))),
};
const environment = new Environment({
  variables: {
    device: objectDeclared('kubernetes.DRADevice', (name) =>
      Object.hasOwn(fields, name) ? fields[name as keyof typeof fields] : undefined,
    ),
  },
});

/** An expression that cannot be evaluated for a device. The message is for users. */
export class DeviceSelectorError extends Error {}

const compiled = new Map<string, Program | string>();
const compiledMax = 1_024;

/**
 * Whether the expression is true of a device of the driver. Throws a `DeviceSelectorError` if it does not compile, or says
 * nothing about this device.
 */
export function deviceMatches(expression: string, driver: string, device: Device): boolean {
  const program = programOf(expression);
  if (typeof program === 'string') throw new DeviceSelectorError(`CEL compile error: ${program}`);
  try {
    return program.evaluate({ device: () => deviceValue(driver, device) }) === true;
  } catch (error) {
    if (error instanceof CelError) throw new DeviceSelectorError(`CEL runtime error: ${error.message}`);
    throw error;
  }
}

function programOf(expression: string): Program | string {
  let known = compiled.get(expression);
  if (known === undefined) {
    const { program, issues } = environment.compile(expression);
    if (!program) known = String(issues);
    else known = program.outputType.kind === 'bool' || program.outputType.kind === 'dyn' ? program : 'must evaluate to bool';
    if (compiled.size >= compiledMax) compiled.clear();
    compiled.set(expression, known);
  }
  return known;
}

function deviceValue(driver: string, { attributes = {}, capacity = {}, allowMultipleAllocations = false }: Device): EntryMap {
  const value = new EntryMap();
  value.set('driver', driver);
  value.set('allowMultipleAllocations', allowMultipleAllocations);
  value.set('attributes', byDomain(driver, attributes, attributeValue));
  value.set(
    'capacity',
    byDomain(driver, capacity, (each) => parseQuantityValue(each.value)),
  );
  return value;
}

/** A domain without anything is empty, so that what may not be there can be asked for. */
class Domains extends EntryMap {
  override find(key: Value): Outcome | undefined {
    return super.find(key) ?? (typeof key === 'string' ? new EntryMap() : undefined);
  }
}

function byDomain<T>(driver: string, values: Readonly<Record<string, T>>, valueOf: (value: T) => Outcome): EntryMap {
  const domains = new Map<string, EntryMap>();
  for (const [name, value] of Object.entries(values)) {
    const [domain, identifier] = qualified(name, driver);
    const entries = domains.get(domain) ?? new EntryMap();
    domains.set(domain, entries);
    entries.set(identifier, valueOf(value));
  }
  const found = new Domains();
  for (const [domain, entries] of domains) found.set(domain, entries);
  return found;
}

/** The domain and the rest of a name. What has none is the driver's own. */
const qualified = (name: string, driver: string): [domain: string, identifier: string] => {
  const slash = name.indexOf('/');
  return slash < 0 ? [driver, name] : [name.slice(0, slash), name.slice(slash + 1)];
};

/** The attribute of a device by its full name, `DOMAIN/IDENTIFIER`. */
export function attributeOf(fullName: string, driver: string, { attributes = {} }: Device): DeviceAttribute | undefined {
  const [domain, identifier] = qualified(fullName, driver);
  return attributes[fullName] ?? (domain === driver ? attributes[identifier] : undefined);
}

function attributeValue({ bool, int, string, version }: DeviceAttribute): Outcome {
  if (bool !== undefined) return bool;
  if (int !== undefined) return BigInt(int);
  if (string !== undefined) return string;
  return version === undefined ? null : parseSemver(version);
}
