/** Which type can stand where another is wanted, with type parameters bound on the way, as cel-go's checker. */
import {
  anyTypeType,
  dynType,
  isDyn,
  isDynOrError,
  listOf,
  mapOf,
  opaqueType,
  sameName,
  sameType,
  typeOfType,
  type Type,
} from './type.ts';

/** What type parameters stand for. Attempts that fail leave no trace. */
export class Bindings {
  private readonly bound = new Map<string, Type>();
  private readonly trail: (readonly [string, Type | undefined])[] = [];
  private fresh = 0;

  /** A new type parameter. */
  variable(): Type {
    return { kind: 'parameter', name: `_var${this.fresh++}`, parameters: [] };
  }

  /** Whether `from` can stand where `to` is wanted; binds what that says about parameters. */
  assign(from: Type, to: Type): boolean {
    return this.assignAll([from], [to]);
  }

  assignAll(from: readonly Type[], to: readonly Type[]): boolean {
    const mark = this.trail.length;
    if (this.allFit(from, to)) return true;
    while (this.trail.length > mark) {
      const [name, before] = this.trail.pop()!;
      if (before === undefined) this.bound.delete(name);
      else this.bound.set(name, before);
    }
    return false;
  }

  /** The type with its parameters replaced by what they stand for; those that stand for nothing by dyn if `open` is dyn. */
  resolve(type: Type, open?: 'dyn'): Type {
    if (type.kind === 'parameter') {
      const bound = this.bound.get(type.name);
      return bound ? this.resolve(bound, open) : open === 'dyn' ? dynType : type;
    }
    return type.parameters.length === 0 ? type : rebuilt(type, (inner) => this.resolve(inner, open));
  }

  private bind(parameter: Type, type: Type): void {
    this.trail.push([parameter.name, this.bound.get(parameter.name)]);
    this.bound.set(parameter.name, type);
  }

  private allFit(from: readonly Type[], to: readonly Type[]): boolean {
    return from.length === to.length && from.every((type, i) => this.fits(type, to[i]!));
  }

  private fits(from: Type, to: Type): boolean {
    if (to.kind === 'parameter') {
      const outcome = this.substitutes(from, to);
      if (outcome !== 'unknown') return outcome === 'yes';
    }
    if (from.kind === 'parameter') return this.substitutes(to, from) === 'yes';
    if (isDynOrError(from) || isDynOrError(to)) return true;
    if (from.kind === 'null') return isNullable(to);
    if (to.kind === 'null') return isNullable(from);
    switch (from.kind) {
      case 'type':
        return to.kind === 'type';
      case 'list':
      case 'map':
      case 'opaque':
        return sameName(from, to) && this.allFit(from.parameters, to.parameters);
      default:
        return sameName(from, to);
    }
  }

  /** Whether the parameter can stand for the type; `unknown` if it cannot but stands for nothing else either. */
  private substitutes(type: Type, parameter: Type): 'yes' | 'no' | 'unknown' {
    if (sameType(type, parameter)) return 'yes';
    const bound = this.bound.get(parameter.name);
    if (!bound) {
      if (this.occurs(parameter, type)) return 'unknown';
      this.bind(parameter, type);
      return 'yes';
    }
    if (sameType(type, bound)) return 'yes';
    if (!this.fits(type, bound)) return 'no';
    const general = mostGeneral(type, bound);
    if (!this.occurs(parameter, general)) this.bind(parameter, general);
    return 'yes';
  }

  private occurs(parameter: Type, within: Type): boolean {
    if (within.kind === 'parameter') {
      if (within.name === parameter.name) return true;
      const bound = this.bound.get(within.name);
      return bound !== undefined && this.occurs(parameter, bound);
    }
    return within.parameters.some((inner) => this.occurs(parameter, inner));
  }
}

/** A type with other parameters in place of its own (`list(A)` → `list(int)`). */
export function rebuilt(type: Type, of: (inner: Type) => Type): Type {
  const parameters = type.parameters.map(of);
  switch (type.kind) {
    case 'list':
      return listOf(parameters[0]!);
    case 'map':
      return mapOf(parameters[0]!, parameters[1]!);
    case 'type':
      return parameters[0] ? typeOfType(parameters[0]) : anyTypeType;
    case 'opaque':
      return opaqueType(type.name, ...parameters);
    default:
      return type;
  }
}

const isNullable = ({ kind }: Type) =>
  kind === 'null' || kind === 'opaque' || kind === 'object' || kind === 'timestamp' || kind === 'duration';

/** The more general of two types that fit each other. */
export const mostGeneral = (a: Type, b: Type): Type => (isAsGeneral(a, b) ? a : b);

function isAsGeneral(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === 'parameter') return true;
  if (isDyn(b) || b.kind === 'parameter') return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (!sameName(a, b) || a.parameters.length !== b.parameters.length) return false;
  return a.parameters.every((inner, i) => isAsGeneral(inner, b.parameters[i]!));
}
