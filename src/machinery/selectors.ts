/**
 * Label selectors: the string form of requests (`app=web,tier in (a,b),!old`) and the object form of specs
 * (`metav1.LabelSelector`), as apimachinery/pkg/labels.
 */
import { isLabelValue, isQualifiedName, validateLabelName, validateLabels } from './names.ts';
import { badRequest, fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from './status.ts';

export type Labels = Readonly<Record<string, string>>;
export type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** One value for `=`, `==`, `!=`, `gt`, `lt`; none for `exists` and `!`. */
  readonly values: readonly string[];
}

/** All requirements have to hold. None at all: everything matches. */
export interface Selector {
  /** Ordered by key. */
  readonly requirements: readonly Requirement[];
  /** Selects nothing, whatever the labels (the selector of a spec that has none). */
  readonly nothing: boolean;
  matches(labels: Labels | undefined): boolean;
  /** The string form, which parses to the same selector. */
  toString(): string;
}

/** `metav1.LabelSelector`. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelSelectorRequirement[];
}
export interface LabelSelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

/** Labels in the order of their keys, as Go writes them in messages. */
export const inKeyOrder = (labels: Labels | undefined): Labels | undefined =>
  labels && Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const noLabels: Labels = {};
const byKey = (a: Requirement, b: Requirement) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

function selectorOf(unordered: Requirement[]): Selector {
  const requirements = unordered.sort(byKey);
  return {
    requirements,
    nothing: false,
    matches(labels = noLabels) {
      for (const requirement of requirements) if (!holds(requirement, labels)) return false;
      return true;
    },
    toString: () => requirements.map(formatRequirement).join(','),
  };
}

/** Matches every object. */
export const everything: Selector = selectorOf([]);
/** Matches no object. */
export const nothing: Selector = { requirements: [], nothing: true, matches: () => false, toString: () => '' };

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
      return isInteger(value) && BigInt(value) > BigInt(values[0]!);
    case 'lt':
      return isInteger(value) && BigInt(value) < BigInt(values[0]!);
  }
}

const isInteger = (value: string | undefined): value is string => value !== undefined && /^-?[0-9]{1,19}$/.test(value);

function formatRequirement({ key, operator, values }: Requirement): string {
  const sorted = [...values].sort().join(',');
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${sorted})`;
    case 'gt':
      return `${key}>${sorted}`;
    case 'lt':
      return `${key}<${sorted}`;
    default:
      return `${key}${operator}${sorted}`;
  }
}

/** The selector that these labels, all of them, satisfy. */
export const selectorFromLabels = (labels: Labels): Selector =>
  selectorOf(Object.entries(labels).map(([key, value]) => ({ key, operator: '=', values: [value] })));

/** The selector of what both match. */
export const selectorOfBoth = (a: Selector, b: Selector): Selector =>
  a.nothing || b.nothing ? nothing : selectorOf([...a.requirements, ...b.requirements]);

const operators: Readonly<Record<string, Operator | undefined>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** The selector of a spec, already validated. Without one nothing is selected, with an empty one everything. */
export function selectorFromLabelSelector(selector: LabelSelector | undefined): Selector {
  if (!selector) return nothing;
  const requirements = [...selectorFromLabels(selector.matchLabels ?? {}).requirements];
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const known = operators[operator];
    // A selector that was never validated must not select by accident.
    if (!known) return nothing;
    requirements.push({ key, operator: known, values });
  }
  return selectorOf(requirements);
}

/** Whether a `metav1.LabelSelector` is a selector at all, so that it can be asked what it matches. */
export const isUsableSelector = (selector: LabelSelector): boolean => validateLabelSelector(selector, '').length === 0;

/** Everything wrong with a `metav1.LabelSelector`. */
export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`);
  for (const [i, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (!values.length) errors.push(fieldRequired(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length)
        errors.push(fieldForbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else errors.push(fieldInvalid(`${at}.operator`, operator ?? '', 'not a valid selector operator'));
    errors.push(...validateLabelName(key ?? '', `${at}.key`));
    for (const [j, value] of values.entries())
      for (const message of isLabelValue(value)) errors.push(fieldInvalid(`${at}.values[${j}]`, value, message));
  }
  return errors;
}

interface Token {
  type: 'identifier' | 'end' | 'error' | ')' | ',' | '!' | '==' | '=' | '>' | '<' | '!=' | '(' | 'in' | 'notin';
  text: string;
}

const tokenPattern = /(==|!=|[=!(),<>])|([^=!(),<> \t\r\n]+)/g;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [, symbol, word] of text.matchAll(tokenPattern)) {
    if (symbol) tokens.push({ type: symbol as Token['type'], text: symbol });
    else tokens.push({ type: word === 'in' || word === 'notin' ? word : 'identifier', text: word! });
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

/** Parses the string form of a label selector. Throws 400 BadRequest with upstream's message. */
export function parseSelector(text: string): Selector {
  if (text === '') return everything;
  const tokens = tokensOf(text);
  const requirements: Requirement[] = [];
  let position = 0;
  const peek = () => tokens[position] ?? { type: 'end', text: '' };
  const next = () => tokens[position++] ?? { type: 'end', text: '' };
  // `in` and `notin` are operators only where an operator can stand.
  const isWord = (token: Token) => token.type === 'identifier' || token.type === 'in' || token.type === 'notin';
  const fail = (message: string) => badRequest(`unable to parse requirement: ${message}`);

  const requirement = (): Requirement => {
    const negated = peek().type === '!';
    if (negated) next();
    const key = next();
    if (!isWord(key)) throw fail(`found '${key.text}', expected: identifier`);
    const wrong = isQualifiedName(key.text);
    if (wrong.length) throw fail(`<nil>: Invalid value: ${JSON.stringify(key.text)}: ${wrong.join('; ')}`);
    const atEnd = peek().type === 'end' || peek().type === ',';
    if (negated || atEnd) return { key: key.text, operator: negated ? '!' : 'exists', values: [] };
    const operator = next();
    switch (operator.type) {
      case 'in':
      case 'notin':
        return checked({ key: key.text, operator: operator.type, values: setOfValues() });
      case '=':
      case '==':
      case '!=':
        return checked({ key: key.text, operator: operator.type, values: [exactValue()] });
      case '>':
      case '<':
        return checked({ key: key.text, operator: operator.type === '>' ? 'gt' : 'lt', values: [exactValue()] });
      default:
        throw fail(`found '${operator.text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  };
  const exactValue = (): string => {
    if (peek().type === 'end' || peek().type === ',') return '';
    const value = next();
    if (!isWord(value)) throw fail(`found '${value.text}', expected: identifier`);
    return value.text;
  };
  const setOfValues = (): string[] => {
    const open = next();
    if (open.type !== '(') throw fail(`found '${open.text}' expected: '('`);
    const values = new Set<string>();
    for (;;) {
      // Values may be empty: `(a,,b)`, `()`.
      values.add(isWord(peek()) ? next().text : '');
      const after = next();
      if (after.type === ')') return [...values].sort();
      if (after.type !== ',') throw fail(`found '${after.text}', expected: ',' or ')'`);
    }
  };
  const checked = (parsed: Requirement): Requirement => {
    for (const [i, value] of parsed.values.entries()) {
      const wrong = isLabelValue(value);
      if (wrong.length) throw fail(`values[${i}][${parsed.key}]: Invalid value: ${JSON.stringify(value)}: ${wrong.join('; ')}`);
      if ((parsed.operator === 'gt' || parsed.operator === 'lt') && !isInteger(value))
        throw fail(
          `values[${i}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
        );
    }
    return parsed;
  };

  for (;;) {
    const token = peek();
    if (token.type === 'end') return selectorOf(requirements);
    if (!isWord(token) && token.type !== '!')
      throw badRequest(`found '${token.text}', expected: !, identifier, or 'end of string'`);
    requirements.push(requirement());
    const after = next();
    if (after.type === 'end') return selectorOf(requirements);
    if (after.type !== ',') throw badRequest(`found '${after.text}', expected: ',' or 'end of string'`);
    if (!isWord(peek()) && peek().type !== '!') throw badRequest(`found '${peek().text}', expected: identifier after ','`);
  }
}
