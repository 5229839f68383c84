/** `kubernetes.authz`: questions to the cluster's authorizer, which is given with the bindings. */
import { isDNS1123Label, isDNS1123Subdomain } from '../../machinery/names.ts';
import { member, type Functions, type Implementation } from '../functions.ts';
import { boolType, objectType, stringType, type Type } from '../types/type.ts';
import { Fault, Opaque, type Outcome, type Value } from '../values/value.ts';

export const authorizerType: Type = objectType('kubernetes.authorization.Authorizer');
const pathCheckType = objectType('kubernetes.authorization.PathCheck');
const groupCheckType = objectType('kubernetes.authorization.GroupCheck');
export const resourceCheckType: Type = objectType('kubernetes.authorization.ResourceCheck');
const decisionType = objectType('kubernetes.authorization.Decision');

/** What is asked about a resource. Empty texts are what an expression did not say. */
export interface ResourceQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector: string;
  readonly labelSelector: string;
}
/** What is asked about a path outside of the API's resources. */
export interface PathQuestion {
  readonly verb: string;
  readonly path: string;
}
export interface CheckDecision {
  readonly allowed: boolean;
  readonly reason: string;
  /** What went wrong while it was decided. */
  readonly error?: string;
}
/** Answers for the user of the request, or for a ServiceAccount that the expression names. */
export type Ask = (
  question: ResourceQuestion | PathQuestion,
  serviceAccount?: { readonly namespace: string; readonly name: string },
) => CheckDecision;

abstract class Receiver extends Opaque {
  equals(other: Value): boolean {
    return this === other;
  }
}

/** The variable `authorizer`. */
export class AuthorizerValue extends Receiver {
  readonly type = authorizerType;
  readonly ask: (question: ResourceQuestion | PathQuestion) => CheckDecision;
  private readonly source: Ask;

  constructor(source: Ask, serviceAccount?: { namespace: string; name: string }) {
    super();
    this.source = source;
    this.ask = (question) => source(question, serviceAccount);
  }

  forServiceAccount(namespace: string, name: string): AuthorizerValue {
    return new AuthorizerValue(this.source, { namespace, name });
  }
}

class PathCheck extends Receiver {
  readonly type = pathCheckType;
  readonly authorizer: AuthorizerValue;
  readonly path: string;

  constructor(authorizer: AuthorizerValue, path: string) {
    super();
    this.authorizer = authorizer;
    this.path = path;
  }
}

class GroupCheck extends Receiver {
  readonly type = groupCheckType;
  readonly authorizer: AuthorizerValue;
  readonly group: string;

  constructor(authorizer: AuthorizerValue, group: string) {
    super();
    this.authorizer = authorizer;
    this.group = group;
  }
}

/** The variable `authorizer.requestResource`, and what `resource()` gives. */
export class ResourceCheck extends Receiver {
  readonly type = resourceCheckType;
  readonly authorizer: AuthorizerValue;
  readonly question: Omit<ResourceQuestion, 'verb'>;

  constructor(authorizer: AuthorizerValue, question: Partial<ResourceQuestion>) {
    super();
    this.authorizer = authorizer;
    this.question = {
      group: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
      fieldSelector: '',
      labelSelector: '',
      ...question,
    };
  }

  with(part: Partial<ResourceQuestion>): ResourceCheck {
    return new ResourceCheck(this.authorizer, { ...this.question, ...part });
  }
}

class DecisionValue extends Receiver {
  readonly type = decisionType;
  readonly decision: CheckDecision;

  constructor(decision: CheckDecision) {
    super();
    this.decision = decision;
  }
}

const serviceAccount: Implementation = ([authorizer, namespace, name]) => {
  if (isDNS1123Subdomain(name as string).length > 0) return new Fault('Invalid service account name');
  if (isDNS1123Label(namespace as string).length > 0) return new Fault('Invalid service account namespace');
  return (authorizer as AuthorizerValue).forServiceAccount(namespace as string, name as string);
};

const path: Implementation = ([authorizer, text]) =>
  (text as string).trim() === ''
    ? new Fault('path must not be empty')
    : new PathCheck(authorizer as AuthorizerValue, text as string);

const resource: Implementation = ([check, name]) => {
  if ((name as string).trim() === '') return new Fault('resource must not be empty');
  const { authorizer, group } = check as GroupCheck;
  return new ResourceCheck(authorizer, { group, resource: name as string });
};

const refine = (id: string, part: keyof ResourceQuestion) => [
  member(id, [resourceCheckType, stringType], resourceCheckType, ([check, value]) =>
    (check as ResourceCheck).with({ [part]: value as string }),
  ),
];

const checkPath: Implementation = ([check, verb]) => {
  const { authorizer, path } = check as PathCheck;
  return new DecisionValue(authorizer.ask({ verb: verb as string, path }));
};
const checkResource: Implementation = ([check, verb]) => {
  const { authorizer, question } = check as ResourceCheck;
  return new DecisionValue(authorizer.ask({ ...question, verb: verb as string }));
};

const ofDecision = (id: string, type: Type, get: (decision: CheckDecision) => Outcome) => [
  member(id, [decisionType], type, ([value]) => get((value as DecisionValue).decision)),
];

export const authorization: Functions = {
  path: [member('authorizer_path', [authorizerType, stringType], pathCheckType, path)],
  group: [
    member(
      'authorizer_group',
      [authorizerType, stringType],
      groupCheckType,
      ([authorizer, group]) => new GroupCheck(authorizer as AuthorizerValue, group as string),
    ),
  ],
  serviceAccount: [member('authorizer_serviceaccount', [authorizerType, stringType, stringType], authorizerType, serviceAccount)],
  resource: [member('groupcheck_resource', [groupCheckType, stringType], resourceCheckType, resource)],
  subresource: refine('resourcecheck_subresource', 'subresource'),
  namespace: refine('resourcecheck_namespace', 'namespace'),
  name: refine('resourcecheck_name', 'name'),
  fieldSelector: refine('authorizer_fieldselector', 'fieldSelector'),
  labelSelector: refine('authorizer_labelselector', 'labelSelector'),
  check: [
    member('pathcheck_check', [pathCheckType, stringType], decisionType, checkPath),
    member('resourcecheck_check', [resourceCheckType, stringType], decisionType, checkResource),
  ],
  errored: ofDecision('decision_errored', boolType, ({ error }) => error !== undefined),
  error: ofDecision('decision_error', stringType, ({ error = '' }) => error),
  allowed: ofDecision('decision_allowed', boolType, ({ allowed }) => allowed),
  reason: ofDecision('decision_reason', stringType, ({ reason }) => reason),
};
