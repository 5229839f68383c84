/** Rules for the versions of a definition: schemas, subresources, columns, selectable fields. */
import { isDNS1035Label } from '../../machinery/names.ts';
import { samePlain } from '../../machinery/plain.ts';
import { findField, InvalidFieldPath } from '../../machinery/structural/field-path.ts';
import type { JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { fieldDuplicate, fieldInvalid, fieldRequired, fieldTooMany, type FieldError } from '../../machinery/status.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
} from './customresourcedefinition.ts';
import { validateSchema } from './schema-validation.ts';

const selectableFieldsMax = 8;

type PerVersion = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields';
/** Where upstream's internal version has what is the same in all versions. */
const sharedPaths: Readonly<Record<PerVersion, string>> = {
  schema: 'spec.validation',
  subresources: 'spec.subresources',
  additionalPrinterColumns: 'spec.additionalPrinterColumns',
  selectableFields: 'spec.selectableFields',
};

/** Everything wrong with the versions. What is the same in all of them is said once, at the path upstream says it. */
export function validateVersions(spec: CustomResourceDefinitionSpec, old?: CustomResourceDefinitionSpec): FieldError[] {
  const { versions = [] } = spec;
  const shown = spec.versions ?? null;
  const errors: FieldError[] = [];
  const oldOf = (name: string) => old?.versions.find((version) => version.name === name);
  const mustHaveSchema = !old || old.versions.every(({ schema }) => schema?.openAPIV3Schema);
  for (const [i, { name = '', schema, ...version }] of versions.entries()) {
    const path = `spec.versions[${i}]`;
    if (mustHaveSchema && !schema?.openAPIV3Schema) errors.push(fieldRequired(`${path}.schema.openAPIV3Schema`));
    const wrong = isDNS1035Label(name);
    if (wrong.length > 0) errors.push(fieldInvalid(`${path}.name`, name, wrong.join(',')));
    errors.push(...validateDeprecation(version, path));
  }
  for (const [field, path, version] of distinct(versions)) errors.push(...validateField(field, path, version, oldOf(version.name)));
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    errors.push(fieldInvalid('spec.versions', shown, 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(fieldInvalid('spec.versions', shown, 'must have exactly one version marked as storage version'));
  // Upstream's internal version has the name of the first one a second time.
  const [first] = versions;
  const wrong = first?.name ? isDNS1035Label(first.name) : [];
  if (wrong.length > 0) errors.push(fieldInvalid('spec.version', first!.name, wrong.join(',')));
  return errors;
}

/** What versions say each for themselves, with its path. What all say alike comes once. */
function distinct(versions: readonly CustomResourceDefinitionVersion[]): [PerVersion, string, CustomResourceDefinitionVersion][] {
  return (Object.keys(sharedPaths) as PerVersion[]).flatMap((field) => {
    const [first] = versions;
    const shared = first && versions.every((version) => samePlain(version[field], first[field]));
    if (shared) return [[field, sharedPaths[field], first] as [PerVersion, string, CustomResourceDefinitionVersion]];
    return versions.map((version, i) => [field, `spec.versions[${i}].${field}`, version] as [PerVersion, string, CustomResourceDefinitionVersion]);
  });
}

function validateField(
  field: PerVersion,
  path: string,
  version: CustomResourceDefinitionVersion,
  old: CustomResourceDefinitionVersion | undefined,
): FieldError[] {
  const schema = version.schema?.openAPIV3Schema;
  switch (field) {
    case 'schema': {
      const hasStatus = version.subresources?.status !== undefined;
      return schema ? validateSchema(schema, `${path}.openAPIV3Schema`, hasStatus, old?.schema?.openAPIV3Schema) : [];
    }
    case 'subresources':
      return version.subresources?.scale ? validateScale(version.subresources.scale, `${path}.scale`) : [];
    case 'additionalPrinterColumns':
      return (version.additionalPrinterColumns ?? []).flatMap((column, i) => validateColumn(column, `${path}[${i}]`));
    case 'selectableFields':
      return validateSelectableFields(version, schema, path, old);
  }
}

function validateDeprecation(
  { deprecated, deprecationWarning }: Pick<CustomResourceDefinitionVersion, 'deprecated' | 'deprecationWarning'>,
  path: string,
): FieldError[] {
  const at = `${path}.deprecationWarning`;
  if (deprecationWarning === undefined) return [];
  if (!deprecated) return [fieldInvalid(at, deprecationWarning, 'can only be set for deprecated versions')];
  const errors: FieldError[] = [];
  if (deprecationWarning.length > 256) errors.push(fieldInvalid(at, deprecationWarning, 'must be <= 256 characters long'));
  if (deprecationWarning === '') errors.push(fieldInvalid(at, deprecationWarning, 'must not be an empty string'));
  const odd = deprecationWarning.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u);
  if (odd >= 0)
    errors.push(
      fieldInvalid(
        at,
        deprecationWarning,
        `must only contain printable UTF-8 characters; non-printable character found at index ${odd}`,
      ),
    );
  return errors;
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function validateColumn({ name, type, format, jsonPath }: CustomResourceColumnDefinition, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const oneOf = (choices: readonly string[]) => `must be one of ${choices.join(',')}`;
  if (!name) errors.push(fieldRequired(`${path}.name`));
  if (!type) errors.push(fieldRequired(`${path}.type`, oneOf(columnTypes)));
  else if (!columnTypes.includes(type)) errors.push(fieldInvalid(`${path}.type`, type, oneOf(columnTypes)));
  if (format && !columnFormats.includes(format)) errors.push(fieldInvalid(`${path}.format`, format, oneOf(columnFormats)));
  if (!jsonPath) errors.push(fieldRequired(`${path}.JSONPath`));
  else errors.push(...validateSimplePath(jsonPath, `${path}.JSONPath`));
  return errors;
}

const validateSimplePath = (value: string, path: string): FieldError[] =>
  value.startsWith('.') ? [] : [fieldInvalid(path, value, 'must be a simple json path starting with .')];

function validateScale(scale: CustomResourceSubresourceScale, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const check = (name: keyof CustomResourceSubresourceScale, prefixes: readonly string[], where: string) => {
    const value = scale[name];
    const at = `${path}.${name}`;
    if (!value) {
      if (name !== 'labelSelectorPath') errors.push(fieldRequired(at));
      return;
    }
    const wrong = validateSimplePath(value, at);
    if (wrong.length > 0) errors.push(...wrong);
    else if (!prefixes.some((prefix) => value.startsWith(prefix)))
      errors.push(fieldInvalid(at, value, `should be a json path under ${where}`));
  };
  check('specReplicasPath', ['.spec.'], '.spec');
  check('statusReplicasPath', ['.status.'], '.status');
  check('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status');
  return errors;
}

function validateSelectableFields(
  { selectableFields = [] }: CustomResourceDefinitionVersion,
  schema: JSONSchemaProps | undefined,
  path: string,
  old: CustomResourceDefinitionVersion | undefined,
): FieldError[] {
  if (selectableFields.length === 0) return [];
  if (!schema) return [fieldInvalid(path, '', 'may only be set when `version.schema.openAPIV3Schema` is not included')];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { jsonPath }] of selectableFields.entries()) {
    const at = `${path}[${i}].jsonPath`;
    if (!jsonPath) {
      errors.push(fieldRequired(at));
      continue;
    }
    try {
      const { names, text, schema: found } = findField(jsonPath, schema, false);
      if (names[0] === 'metadata') errors.push(fieldInvalid(at, jsonPath, 'must not point to fields in metadata'));
      if (!['string', 'boolean', 'integer'].includes(found.type ?? ''))
        errors.push(
          fieldInvalid(
            at,
            jsonPath,
            'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
          ),
        );
      if (seen.has(text)) errors.push(fieldDuplicate(at, jsonPath));
      seen.add(text);
    } catch (error) {
      if (!(error instanceof InvalidFieldPath)) throw error;
      errors.push(fieldInvalid(at, jsonPath, `is an invalid path: ${error.message}`));
    }
  }
  const asBefore = (old?.selectableFields?.length ?? 0) > selectableFieldsMax && samePlain(old?.selectableFields, selectableFields);
  if (seen.size > selectableFieldsMax && !asBefore) errors.push(fieldTooMany(path, seen.size, selectableFieldsMax));
  return errors;
}
