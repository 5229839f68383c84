/** Compiles the expressions of webhooks and policies (apiserver/pkg/admission/plugin/cel). */
import { Environment, type Program } from '../../../cel/environment.ts';
import { authorizerType, resourceCheckType } from '../../../cel/library/authorizer.ts';
import { jsonPatch, mutationType } from '../../../cel/library/mutation.ts';
import { declaredOf, dynDeclared, objectDeclared, type Declared } from '../../../cel/types/declared.ts';
import {
  boolType,
  formatType,
  isDyn,
  listOf,
  nullType,
  objectType,
  sameType,
  stringType,
  type Type,
} from '../../../cel/types/type.ts';
import { namespaceDeclared, requestDeclared } from './request-type.ts';

/** An expression that can be evaluated, or why it cannot. */
export type Expression = { readonly text: string } & (
  { readonly program: Program; readonly error?: undefined } | { readonly program?: undefined; readonly error: string }
);

/** What an expression may give. */
export const conditionResults: readonly Type[] = [boolType];
export const messageResults: readonly Type[] = [stringType];
export const annotationResults: readonly Type[] = [stringType, nullType];
export const configurationResults: readonly Type[] = [objectType('Object')];
export const patchResults: readonly Type[] = [listOf(objectType('JSONPatch'))];

export interface CompilerOptions {
  /** Whether there is a variable `params`. */
  hasParams?: boolean;
  /** What `object` and `oldObject` are, as far as that is known; otherwise they are dynamic. */
  object?: Declared;
  params?: Declared;
  /** Whether there is a variable `variables`. */
  hasVariables?: boolean;
}

interface Variant {
  /** Whether there is a variable `authorizer`; there is, unless told otherwise. */
  hasAuthorizer?: boolean;
  /** Whether objects can be constructed, as mutations are. */
  constructs?: boolean;
}

/** The expressions of one webhook or policy. Its variables are added one after the other; each sees those before it. */
export class ExpressionCompiler {
  readonly variables = new Map<string, Expression>();
  readonly #options: CompilerOptions;
  readonly #types = new Map<string, Declared>();
  readonly #environments = new Map<string, Environment>();

  constructor(options: CompilerOptions = {}) {
    this.#options = options;
  }

  addVariable(name: string, text: string): Expression {
    const compiled = this.compile(text);
    this.variables.set(name, compiled);
    this.#types.set(name, compiled.program ? declaredOf(compiled.program.outputType) : dynDeclared);
    return compiled;
  }

  /** Without `results`, anything will do. */
  compile(text: string, results?: readonly Type[], variant: Variant = {}): Expression {
    const { program, issues } = this.#environment(variant).compile(text);
    if (issues) return { text, error: issues.failure };
    const { outputType } = program;
    if (!results || results.some((type) => sameType(type, outputType))) return { text, program };
    const shown = results.map(nameOf);
    const wanted = shown.length === 1 ? shown[0]! : `one of [${shown.join(' ')}]`;
    return { text, error: `must evaluate to ${wanted} but got ${nameOf(outputType)}` };
  }

  #environment(variant: Variant): Environment {
    const { hasAuthorizer = true, constructs = false } = variant;
    const key = `${hasAuthorizer} ${constructs}`;
    let environment = this.#environments.get(key);
    if (!environment) this.#environments.set(key, (environment = this.#createEnvironment(hasAuthorizer, constructs)));
    return environment;
  }

  #createEnvironment(hasAuthorizer: boolean, constructs: boolean): Environment {
    const { hasParams, params = dynDeclared, object = dynDeclared, hasVariables } = this.#options;
    const variables = objectDeclared('kubernetes.variables', (name) => this.#types.get(name));
    return new Environment({
      variables: {
        object,
        oldObject: object,
        request: requestDeclared,
        // What is in no namespace has none.
        namespaceObject: { ...namespaceDeclared, nullable: true },
        ...(hasParams && { params }),
        ...(hasAuthorizer && {
          authorizer: declaredOf(authorizerType),
          'authorizer.requestResource': declaredOf(resourceCheckType),
        }),
        ...(hasVariables && { variables }),
      },
      ...(constructs && { types: mutationType, libraries: [jsonPatch] }),
    });
  }
}

/** As cel-go names a type that it expects. */
const nameOf = (type: Type): string => (type.kind === 'null' ? 'null_type' : isDyn(type) ? 'dyn' : formatType(type));

const plain = new ExpressionCompiler();
const withParams = new ExpressionCompiler({ hasParams: true });

/** Compiles matchConditions, which see no variables. */
export const compileCondition = (text: string, hasParams: boolean): Expression =>
  (hasParams ? withParams : plain).compile(text, conditionResults);
