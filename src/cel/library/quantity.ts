/** `kubernetes.quantity`. */
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  QuantityError,
  signOfQuantity,
  subtractQuantities,
  type Quantity,
} from '../../machinery/quantity.ts';
import { global, member, type Functions, type Implementation, type Overload } from '../functions.ts';
import { boolType, doubleType, intType, objectType, stringType } from '../types/type.ts';
import { Fault, isFault, Opaque, type Value } from '../values/value.ts';

export const quantityType = objectType('kubernetes.Quantity');
const nanoPerUnit = 1_000_000_000n;

class QuantityValue extends Opaque {
  readonly type = quantityType;
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }

  equals(other: Value): boolean {
    return other instanceof QuantityValue && compareQuantities(this.quantity, other.quantity) === 0;
  }

  override toString(): string {
    return formatQuantity(this.quantity);
  }
}

/** The quantity that a text writes. */
export function parseQuantityValue(text: string): QuantityValue | Fault {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) return new Fault(error.message);
    throw error;
  }
}

const quantityOf = (value: Value): Quantity =>
  typeof value === 'bigint' ? { nano: value * nanoPerUnit, format: 'DecimalExponent' } : (value as QuantityValue).quantity;

/** Whole units, if there are no others and they fit into 64 bits. */
function unitsOf(value: Value): bigint | undefined {
  const { nano } = quantityOf(value);
  const units = nano / nanoPerUnit;
  return units * nanoPerUnit === nano && BigInt.asIntN(64, units) === units ? units : undefined;
}

const compared =
  (of: (order: number) => Value): Implementation =>
  ([a, b]) =>
    of(Math.sign(compareQuantities(quantityOf(a!), quantityOf(b!))));

const arithmetic = (name: string, operation: (a: Quantity, b: Quantity) => Quantity): readonly Overload[] => {
  const call: Implementation = ([a, b]) => new QuantityValue(operation(quantityOf(a!), quantityOf(b!)));
  return [
    member(`quantity_${name}`, [quantityType, quantityType], quantityType, call),
    member(`quantity_${name}_int`, [quantityType, intType], quantityType, call),
  ];
};

const both = [quantityType, quantityType];

export const quantity: Functions = {
  quantity: [global('string_to_quantity', [stringType], quantityType, ([text]) => parseQuantityValue(text as string))],
  isQuantity: [global('is_quantity_string', [stringType], boolType, ([text]) => !isFault(parseQuantityValue(text as string)))],
  sign: [global('quantity_sign', [quantityType], intType, ([value]) => BigInt(signOfQuantity(quantityOf(value!))))],
  isGreaterThan: [
    member(
      'quantity_is_greater_than',
      both,
      boolType,
      compared((order) => order > 0),
    ),
  ],
  isLessThan: [
    member(
      'quantity_is_less_than',
      both,
      boolType,
      compared((order) => order < 0),
    ),
  ],
  compareTo: [member('quantity_compare_to', both, intType, compared(BigInt))],
  asApproximateFloat: [
    member('quantity_get_float', [quantityType], doubleType, ([value]) => Number(quantityOf(value!).nano) / 1e9),
  ],
  asInteger: [
    member(
      'quantity_get_int',
      [quantityType],
      intType,
      ([value]) => unitsOf(value!) ?? new Fault('cannot convert value to integer'),
    ),
  ],
  isInteger: [member('quantity_is_integer', [quantityType], boolType, ([value]) => unitsOf(value!) !== undefined)],
  add: arithmetic('add', addQuantities),
  sub: arithmetic('sub', subtractQuantities),
};
