import { CelError } from '../meter.ts';
import { dynDeclared, type Declared } from '../types/declared.ts';
import { wrap } from './json.ts';
import { Fault, MapValue, type Outcome, type Value } from './value.ts';

/**
 * An object whose fields are worked out when they are first asked for, such as the `variables` of a policy. What goes wrong
 * in a field is a fault of whoever asks for it, except that a spent budget ends everything.
 */
export class LazyObject extends MapValue {
  private readonly fields: ReadonlyMap<string, () => unknown>;
  private readonly declared: Declared;
  private readonly known = new Map<string, Outcome>();

  /** Each function gives plain JSON or a value; `declared` has the types of the fields. */
  constructor(fields: Readonly<Record<string, () => unknown>>, declared: Declared) {
    super();
    this.fields = new Map(Object.entries(fields));
    this.declared = declared;
  }

  get size(): number {
    return this.fields.size;
  }

  keys(): Iterable<Value> {
    return this.fields.keys();
  }

  find(key: Value): Outcome | undefined {
    if (typeof key !== 'string') return undefined;
    const known = this.known.get(key);
    const field = this.fields.get(key);
    if (known !== undefined || !field) return known;
    const outcome = this.workOut(key, field);
    this.known.set(key, outcome);
    return outcome;
  }

  private workOut(name: string, field: () => unknown): Outcome {
    try {
      return wrap(field(), this.declared.fields?.(name) ?? dynDeclared);
    } catch (error) {
      if (!(error instanceof CelError) || error.code === 'cost-limit') throw error;
      return new Fault(`composited variable ${JSON.stringify(name)} fails to evaluate: ${error.message}`);
    }
  }
}
