/** Checks and compiles the configuration of issuers, as upstream (apiserver/pkg/apis/apiserver/validation). */
import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldDuplicate, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { compileExpression, usesClaim, type CompiledExpression } from './expressions.ts';
import type { ClaimRule, JwtSettings, PrefixedClaim, UserRule } from './settings.ts';

/** The configuration of one issuer, ready to be used. Expressions are undefined where claims are named. */
export interface CompiledIssuer {
  settings: JwtSettings;
  username?: CompiledExpression;
  groups?: CompiledExpression;
  uid?: CompiledExpression;
  extra: readonly (CompiledExpression & { key: string })[];
  claimRules: readonly (CompiledExpression & { message: string })[];
  userRules: readonly (CompiledExpression & { message: string })[];
}

/**
 * The issuers of a configuration, and everything that is wrong with it; paths are as in `jwt[0].issuer.url`. `isDisallowed` says which
 * issuers there cannot be: those whose tokens have a meaning already.
 */
export function compileAuthentication(
  { jwt = [] }: { readonly jwt?: readonly JwtSettings[] | undefined },
  isDisallowed: (url: string) => boolean = () => false,
): { issuers: CompiledIssuer[]; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const issuers = jwt.map((settings, i) => compileIssuer(settings, `jwt[${i}]`, errors));
  for (const [i, { issuer }] of jwt.entries())
    if (isDisallowed(issuer.url))
      errors.push(fieldInvalid(`jwt[${i}].issuer.url`, issuer.url, `URL must not overlap with disallowed issuers: [${issuer.url}]`));
  for (const key of ['url', 'discoveryURL'] as const)
    for (const [i, { issuer }] of jwt.entries())
      if (issuer[key] && jwt.slice(0, i).some((other) => other.issuer[key] === issuer[key]))
        errors.push(fieldDuplicate(`jwt[${i}].issuer.${key}`, issuer[key]));
  return { issuers, errors };
}

/** One issuer; adds to `errors` what is wrong with it. */
export function compileIssuer(settings: JwtSettings, path: string, errors: FieldError[]): CompiledIssuer {
  const compiler = new Compiler(errors);
  validateIssuer(settings.issuer, `${path}.issuer`, errors);
  const claimRules = compiler.claimRules(settings.claimValidationRules ?? [], `${path}.claimValidationRules`);
  const mappings = compiler.mappings(settings.claimMappings, `${path}.claimMappings`, claimRules);
  const userRules = compiler.userRules(settings.userValidationRules ?? [], `${path}.userValidationRules`);
  return { settings, ...mappings, claimRules, userRules };
}

class Compiler {
  readonly #errors: FieldError[];

  constructor(errors: FieldError[]) {
    this.#errors = errors;
  }

  claimRules(rules: readonly ClaimRule[], path: string) {
    return rules.flatMap(({ claim = '', requiredValue = '', expression = '', message = '' }, i) => {
      const at = `${path}[${i}]`;
      const before = rules.slice(0, i);
      if (claim && expression) this.#errors.push(fieldInvalid(at, claim, "claim and expression can't both be set"));
      else if (!claim && !expression) this.#errors.push(fieldRequired(at, 'claim or expression is required'));
      else if (claim) {
        if (message) this.#errors.push(fieldInvalid(`${at}.message`, message, 'may not be specified when claim is set'));
        if (before.some((other) => other.claim === claim)) this.#errors.push(fieldDuplicate(`${at}.claim`, claim));
      } else {
        if (requiredValue)
          this.#errors.push(fieldInvalid(`${at}.requiredValue`, requiredValue, 'may not be specified when expression is set'));
        if (before.some((other) => other.expression === expression)) this.#errors.push(fieldDuplicate(`${at}.expression`, expression));
        const compiled = this.#compile(expression, `${at}.expression`, 'claims', true);
        return compiled ? [{ ...compiled, message }] : [];
      }
      return [];
    });
  }

  userRules(rules: readonly UserRule[], path: string) {
    return rules.flatMap(({ expression, message = '' }, i) => {
      const at = `${path}[${i}].expression`;
      if (expression === '') this.#errors.push(fieldRequired(at));
      else if (rules.slice(0, i).some((other) => other.expression === expression)) this.#errors.push(fieldDuplicate(at, expression));
      else {
        const compiled = this.#compile(expression, at, 'user', true);
        return compiled ? [{ ...compiled, message }] : [];
      }
      return [];
    });
  }

  mappings(
    { username, groups = {}, uid = {}, extra = [] }: JwtSettings['claimMappings'],
    path: string,
    claimRules: readonly CompiledExpression[],
  ) {
    const compiled = {
      username: this.#prefixed(username, `${path}.username`, true),
      groups: this.#prefixed(groups, `${path}.groups`, false),
      uid: this.#uid(uid, `${path}.uid`),
      extra: extra.flatMap(({ key, valueExpression }, i) => {
        const at = `${path}.extra[${i}]`;
        this.#errors.push(...wrongKey(key, `${at}.key`));
        if (extra.slice(0, i).some((other) => other.key === key)) this.#errors.push(fieldDuplicate(`${at}.key`, key));
        else if (valueExpression === '') this.#errors.push(fieldRequired(`${at}.valueExpression`));
        const value = valueExpression && this.#compile(valueExpression, `${at}.valueExpression`, 'claims', false);
        return value ? [{ ...value, key }] : [];
      }),
    };
    const name = compiled.username?.text ?? '';
    const checks = [name, ...compiled.extra.map(({ text }) => text), ...claimRules.map(({ text }) => text)];
    if (usesClaim(name, 'email') && !checks.some((text) => usesClaim(text, 'email_verified')))
      this.#errors.push(
        fieldInvalid(
          `${path}.username.expression`,
          name,
          'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression',
        ),
      );
    return compiled;
  }

  #prefixed(
    { claim = '', expression = '', prefix }: PrefixedClaim,
    path: string,
    isRequired: boolean,
  ): CompiledExpression | undefined {
    if (claim && expression) this.#errors.push(fieldInvalid(path, '', "claim and expression can't both be set"));
    else if (expression) {
      if (prefix !== undefined)
        this.#errors.push(fieldInvalid(`${path}.prefix`, prefix, 'may not be specified when expression is set'));
      return this.#compile(expression, `${path}.expression`, 'claims', false);
    } else if (claim) {
      const why = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing';
      if (prefix === undefined) this.#errors.push(fieldRequired(`${path}.prefix`, why));
    } else if (isRequired) this.#errors.push(fieldRequired(path, 'claim or expression is required'));
    return undefined;
  }

  #uid({ claim = '', expression = '' }: PrefixedClaim, path: string): CompiledExpression | undefined {
    if (claim && expression) this.#errors.push(fieldInvalid(path, '', "claim and expression can't both be set"));
    return expression && !claim ? this.#compile(expression, `${path}.expression`, 'claims', false) : undefined;
  }

  #compile(text: string, path: string, variable: 'claims' | 'user', isRule: boolean): CompiledExpression | undefined {
    const compiled = compileExpression(text, variable, isRule);
    if (!('problem' in compiled)) return compiled;
    this.#errors.push(fieldInvalid(path, text, compiled.problem));
    return undefined;
  }
}

function validateIssuer(issuer: JwtSettings['issuer'], path: string, errors: FieldError[]): void {
  const { url, discoveryURL = '', audiences, audienceMatchPolicy, certificateAuthority = '' } = issuer;
  if (url === '') errors.push(fieldRequired(`${path}.url`));
  else errors.push(...wrongUrl(url, `${path}.url`));
  if (discoveryURL) {
    if (url && discoveryURL.replace(/\/+$/, '') === url.replace(/\/+$/, ''))
      errors.push(fieldInvalid(`${path}.discoveryURL`, discoveryURL, 'discoveryURL must be different from URL'));
    errors.push(...wrongUrl(discoveryURL, `${path}.discoveryURL`));
  }
  if (audiences.length === 0) errors.push(fieldRequired(`${path}.audiences`, `at least one ${path}.audiences is required`));
  for (const [i, audience] of audiences.entries()) {
    if (audience === '') errors.push(fieldRequired(`${path}.audiences[${i}]`));
    if (audiences.indexOf(audience) < i) errors.push(fieldDuplicate(`${path}.audiences[${i}]`, audience));
  }
  if (audiences.length > 1 && audienceMatchPolicy === undefined)
    errors.push(fieldInvalid(`${path}.audienceMatchPolicy`, '', 'audienceMatchPolicy must be MatchAny for multiple audiences'));
  if (certificateAuthority && !certificateAuthority.includes('-----BEGIN CERTIFICATE-----'))
    errors.push(fieldInvalid(`${path}.certificateAuthority`, '<omitted>', 'data does not contain any valid RSA or ECDSA certificates'));
}

function wrongUrl(text: string, path: string): FieldError[] {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return [fieldInvalid(path, text, 'must be a URL')];
  }
  const errors: FieldError[] = [];
  if (url.protocol !== 'https:') errors.push(fieldInvalid(path, text, 'URL scheme must be https'));
  if (url.username || url.password) errors.push(fieldInvalid(path, text, 'URL must not contain a username or password'));
  if (url.search) errors.push(fieldInvalid(path, text, 'URL must not contain a query'));
  if (url.hash) errors.push(fieldInvalid(path, text, 'URL must not contain a fragment'));
  return errors;
}

const keyPath = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** Keys of extras belong to a domain, and not to those of Kubernetes. */
function wrongKey(key: string, path: string): FieldError[] {
  if (key === '') return [fieldRequired(path)];
  const slash = key.indexOf('/');
  const [domain, rest] = [key.slice(0, slash), key.slice(slash + 1)];
  const errors: FieldError[] = [];
  if (slash < 1 || !keyPath.test(rest)) errors.push(fieldInvalid(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  else errors.push(...isDNS1123Subdomain(domain.toLowerCase()).map((message) => fieldInvalid(path, domain, message)));
  if (key !== key.toLowerCase()) errors.push(fieldInvalid(path, key, 'must be lowercase'));
  if (/(?:^|\.)(?:kubernetes|k8s)\.io$/.test(domain))
    errors.push(fieldInvalid(path, key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use'));
  return errors;
}
