/** What names mean in an expression: variables, types, functions. */
import type { Overload } from '../functions.ts';
import type { Declared } from '../types/declared.ts';
import {
  anyTypeType,
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  nullType,
  optionalOf,
  stringType,
  timestampType,
  uintType,
  type Type,
} from '../types/type.ts';

/** What an environment declares. */
export interface Declarations {
  readonly variables: ReadonlyMap<string, Declared>;
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  /** Types beyond those of the language that can be named, and constructed if they have fields. */
  readonly types: (name: string) => Type | undefined;
}

const standard: readonly (readonly [string, Type])[] = [
  ['bool', boolType],
  ['bytes', bytesType],
  ['double', doubleType],
  ['int', intType],
  ['list', listOf(dynType)],
  ['map', mapOf(dynType, dynType)],
  ['null_type', nullType],
  ['string', stringType],
  ['type', anyTypeType],
  ['uint', uintType],
  ['google.protobuf.Timestamp', timestampType],
  ['google.protobuf.Duration', durationType],
  ['optional_type', optionalOf(dynType)],
];

/** The types that every environment has, by the names under which they are values. */
export const standardTypes: ReadonlyMap<string, Type> = new Map(standard);

/** The variables of comprehensions around an expression, the innermost first. */
export class Scope {
  private readonly outer?: Scope;
  private readonly names: ReadonlyMap<string, Type>;

  constructor(names: Readonly<Record<string, Type>>, outer?: Scope) {
    this.names = new Map(Object.entries(names));
    this.outer = outer;
  }

  find(name: string): Type | undefined {
    return this.names.get(name) ?? this.outer?.find(name);
  }
}
