/** Objects that policies take as parameters: of what kind they are, and which of them a binding chooses. */
import type { KubeObject } from '../../machinery/meta.ts';
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName } from '../../machinery/names.ts';
import type { Column } from '../../machinery/resource.ts';
import { field, object, string, type TypeOf } from '../../machinery/schema.ts';
import { validateLabelSelector, type LabelSelector } from '../../machinery/selectors.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateChoice } from '../shared/format-rules.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';

export const ParamKindSchema = object(
  'io.k8s.api.admissionregistration.v1.ParamKind',
  {
    apiVersion: field(string, { doc: 'The group and version of the parameters.' }),
    kind: field(string, { doc: 'The kind of the parameters.' }),
  },
  { atomic: true },
);
type ParamKind = TypeOf<typeof ParamKindSchema>;

export const ParamRefSchema = object(
  'io.k8s.api.admissionregistration.v1.ParamRef',
  {
    name: field(string, { doc: 'The name of the parameters. Not together with selector.' }),
    namespace: field(string, { doc: 'Where the parameters are; in the namespace of the object that is checked if left out.' }),
    parameterNotFoundAction: field(string, {
      doc: 'What follows when there are no parameters: Allow, or Deny as far as the failurePolicy says so.',
    }),
    selector: field(LabelSelectorSchema, {
      doc: 'The labels of the parameters; the policy runs with each. Not together with name.',
    }),
  },
  { atomic: true },
);
type ParamRef = TypeOf<typeof ParamRefSchema>;

export function validateParamKind({ apiVersion = '', kind = '' }: ParamKind, path: string): FieldError[] {
  const errors = apiVersion ? validateApiVersion(apiVersion, `${path}.apiVersion`) : [fieldRequired(`${path}.apiVersion`)];
  if (!kind) return [...errors, fieldRequired(`${path}.kind`)];
  const wrong = isDNS1035Label(kind.toLowerCase());
  if (wrong.length > 0)
    errors.push(fieldInvalid(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`));
  return errors;
}

function validateApiVersion(apiVersion: string, path: string): FieldError[] {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return [fieldInvalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const [group, version] = parts.length === 1 ? ['', apiVersion] : (parts as [string, string]);
  const wrongGroup = group === '' ? [] : isDNS1123Subdomain(group);
  const errors = wrongGroup.length > 0 ? [fieldInvalid(path, group, wrongGroup.join(','))] : [];
  if (version === '') return [...errors, fieldInvalid(path, apiVersion, 'version must be specified')];
  const wrongVersion = isDNS1035Label(version);
  return wrongVersion.length > 0 ? [...errors, fieldInvalid(path, version, wrongVersion.join(','))] : errors;
}

export function validateParamRef(reference: ParamRef | undefined, path: string): FieldError[] {
  if (!reference) return [];
  const { name, selector, parameterNotFoundAction } = reference;
  const exclusive = 'name and selector are mutually exclusive';
  const errors: FieldError[] = [];
  if (name) {
    errors.push(...invalidEach(`${path}.name`, name, isPathSegmentName(name)));
    if (selector) errors.push(fieldForbidden(`${path}.name`, exclusive));
  }
  if (selector) {
    errors.push(...validateLabelSelector(selector, `${path}.selector`));
    if (name) errors.push(fieldForbidden(`${path}.selector`, exclusive));
  }
  if (!name && !selector) errors.push(fieldRequired(path, 'one of name or selector must be specified'));
  return [...errors, ...validateChoice(parameterNotFoundAction, `${path}.parameterNotFoundAction`, ['Deny', 'Allow'])];
}

type Policy = KubeObject & { spec: { paramKind?: ParamKind } };
type Binding = KubeObject & { spec: { policyName?: string; paramRef?: ParamRef } };

export const paramKindColumn: Column<Policy> = {
  name: 'ParamKind',
  type: 'string',
  description: 'The kind of the objects that the policy takes as parameters.',
  cell: ({ spec: { paramKind } }) => (paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>'),
};

export const bindingColumns: readonly Column<Binding>[] = [
  {
    name: 'PolicyName',
    type: 'string',
    description: 'The policy that is put to use.',
    cell: ({ spec }) => spec.policyName ?? '',
  },
  {
    name: 'ParamRef',
    type: 'string',
    description: 'The parameters that it gets.',
    cell: ({ spec: { paramRef } }) => {
      // The kind may be cluster-scoped, which cannot be told from here.
      if (paramRef?.name) return `${paramRef.namespace || '*'}/${paramRef.name}`;
      return paramRef?.selector ? shown(paramRef.selector) : '<unset>';
    },
  },
];

/** A selector as Go prints it, which is what upstream shows. */
function shown({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`);
  const requirements = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${requirements.join('')}},}`;
}
