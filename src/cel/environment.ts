/**
 * The Common Expression Language with the libraries of Kubernetes: the way in.
 *
 *     const env = new Environment({ variables: { self: declareSchema(schema) } });
 *     const { program, issues } = env.compile('self.replicas <= self.maxReplicas');
 *     program?.evaluate({ self: object });
 */
import { check, type Checked } from './checker/checker.ts';
import { checkLiterals } from './checker/literals.ts';
import type { Declarations } from './checker/names.ts';
import { estimateCost } from './cost/estimate.ts';
import type { Range } from './cost/range.ts';
import { joinFunctions, type Functions } from './functions.ts';
import { constantFailure } from './interpreter/constants.ts';
import { planExpression } from './interpreter/planner.ts';
import type { Step } from './interpreter/step.ts';
import { Issues } from './issues.ts';
import { kubernetesLibraries } from './library/libraries.ts';
import { cidrType, ipType } from './library/network.ts';
import { CelError, Meter } from './meter.ts';
import { parse } from './syntax/parser.ts';
import type { Declared } from './types/declared.ts';
import type { Type } from './types/type.ts';
import { wrap } from './values/json.ts';
import { Fault, isFault, type Outcome, type Value } from './values/value.ts';

export interface EnvironmentOptions {
  /** By name; a name may have dots (`authorizer.requestResource`). */
  readonly variables?: Readonly<Record<string, Declared>>;
  /** Beyond those that all expressions of Kubernetes have. */
  readonly libraries?: readonly Functions[];
  /** Types that expressions can name and construct, such as those of `mutationType`. */
  readonly types?: (name: string) => Type | undefined;
}

/** What came of a text: a program, or what is wrong with it. */
export type Compiled =
  { readonly program: Program; readonly issues?: undefined } | { readonly program?: undefined; readonly issues: Issues };

const namedTypes: ReadonlyMap<string, Type> = new Map([ipType, cidrType].map((type) => [type.name, type]));
const kubernetesFunctions = joinFunctions(kubernetesLibraries);

/** What expressions may use. Compiles them. */
export class Environment {
  private readonly declarations: Declarations;
  private readonly options: EnvironmentOptions;

  constructor(options: EnvironmentOptions = {}) {
    this.options = options;
    const { variables = {}, libraries, types } = options;
    this.declarations = {
      variables: new Map(Object.entries(variables)),
      functions: libraries ? joinFunctions([...kubernetesLibraries, ...libraries]) : kubernetesFunctions,
      types: (name) => namedTypes.get(name) ?? types?.(name),
    };
  }

  /** The same with more variables. */
  extend(variables: Readonly<Record<string, Declared>>): Environment {
    return new Environment({ ...this.options, variables: { ...this.options.variables, ...variables } });
  }

  /** Parses, checks and plans an expression. Costs time in proportion to its length; programs are to be kept. */
  compile(text: string): Compiled {
    const expression = parse(text);
    if (expression instanceof Issues) return { issues: expression };
    const checked = check(expression, text, this.declarations);
    if (checked instanceof Issues) return { issues: checked };
    const issues = checkLiterals(checked, text);
    if (issues) return { issues };
    const failure = constantFailure(checked);
    if (failure !== undefined) return { issues: Issues.ofProgram(text, failure) };
    return { program: new Program(checked, this.declarations.variables) };
  }
}

/** A compiled expression, to be evaluated as often as needed. */
export class Program {
  readonly outputType: Type;
  /** The variables of the environment that it reads. */
  readonly variables: ReadonlySet<string>;
  private readonly checked: Checked;
  private readonly declared: ReadonlyMap<string, Declared>;
  private readonly step: Step;

  constructor(checked: Checked, declared: ReadonlyMap<string, Declared>) {
    this.checked = checked;
    this.declared = declared;
    this.outputType = checked.typeOf(checked.expression);
    this.variables = checked.variables;
    this.step = planExpression(checked);
  }

  /**
   * The value for the bindings: plain JSON by the names of the variables, or values, or functions that give either when
   * they are needed. The meter is charged, and can be asked for the cost afterwards. Throws a `CelError`.
   */
  evaluate(bindings: Readonly<Record<string, unknown>>, meter: Meter = new Meter()): Value {
    const known = new Map<string, Outcome>();
    const variable = (name: string): Outcome => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const outcome = this.bind(name, bindings);
      known.set(name, outcome);
      return outcome;
    };
    const outcome = this.step({ meter, frame: [], variable });
    if (isFault(outcome)) throw new CelError('failed', outcome.message);
    return outcome;
  }

  private bind(name: string, bindings: Readonly<Record<string, unknown>>): Outcome {
    const given = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
    const bound: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
    return bound === undefined ? new Fault(`no such attribute(s): ${name}`) : wrap(bound, this.declared.get(name)!);
  }

  /** What an evaluation costs at least and at most, for all values that the variables' schemas allow. */
  estimateCost(): Range {
    return estimateCost(this.checked, this.declared);
  }
}
