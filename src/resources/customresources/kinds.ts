/** From a definition to the kinds that it makes: the same definitions as those of built-in kinds, one a version. */
import { compareVersions } from '../../machinery/discovery.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource, Verb } from '../../machinery/resource.ts';
import type { Field, ObjectSchema } from '../../machinery/schema.ts';
import { fieldsOf } from '../../machinery/structural/to-schema.ts';
import type { JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { isTrue } from '../apiextensions/conditions.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../apiextensions/customresourcedefinition.ts';
import { columnsOf } from './columns.ts';
import { componentOf } from './component.ts';
import { WebhookConverter } from './conversion.ts';
import { decodeCustom } from './decode.ts';
import { parseJsonPath } from './json-path.ts';
import { Rules } from './rules.ts';
import { scaleOf } from './scale.ts';
import { storedForm, type SchemasByVersion } from './stored-form.ts';
import { customStrategy } from './strategy.ts';

/** The kinds of one definition. */
export interface CustomKinds {
  /** In every version in which it is served. */
  readonly served: readonly AnyResource[];
  /** As it is stored: one of those that are served, or not. */
  readonly stored: AnyResource;
}

const verbs: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
/** What discovery says while the definition is being deleted. The others are served: finalizers have to be taken off. */
const lastVerbs: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'watch'];

/** The kinds that a definition with accepted names makes. Schemas are made ready when they are first needed. */
export function customKindsOf(crd: CustomResourceDefinition): CustomKinds {
  const { group, versions } = crd.spec;
  const apiVersionOf = ({ name }: CustomResourceDefinitionVersion) => `${group}/${name}`;
  const schemas: SchemasByVersion = new Map(
    versions.flatMap((version) => {
      const schema = version.schema?.openAPIV3Schema;
      return schema ? [[apiVersionOf(version), schema] as const] : [];
    }),
  );
  const storage = versions.find((version) => version.storage)!;
  const { strategy, webhook: { clientConfig, conversionReviewVersions = [] } = {} } = crd.spec.conversion ?? {};
  const webhook =
    strategy === 'Webhook' && clientConfig ? new WebhookConverter(clientConfig, conversionReviewVersions) : undefined;
  const context: Context = { storageVersion: apiVersionOf(storage), schemas, webhook };
  const kinds = new Map(
    versions
      .filter((version) => version.served || version === storage)
      .map((version) => [version, kindOf(crd, version, apiVersionOf(version), context)]),
  );
  return { served: [...kinds].filter(([{ served }]) => served).map(([, kind]) => kind), stored: kinds.get(storage)! };
}

/** What the versions of a kind share. */
interface Context {
  readonly storageVersion: string;
  readonly schemas: SchemasByVersion;
  readonly webhook: WebhookConverter | undefined;
}

function kindOf(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  apiVersion: string,
  { storageVersion, schemas, webhook }: Context,
): AnyResource {
  const { group, scope } = crd.spec;
  const names = crd.status!.acceptedNames!;
  const schema = schemas.get(apiVersion);
  const { scale, status } = version.subresources ?? {};
  const isTerminating = isTrue(crd, 'Terminating');
  const selectable = (version.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), readerOf(jsonPath)] as const);
  let rules: { made: Rules | undefined } | undefined;
  const deprecation = version.deprecated ? (version.deprecationWarning ?? defaultDeprecation(crd, version)) : undefined;
  return {
    group,
    version: version.name,
    apiVersion,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    verbs,
    ...(isTerminating && { announcedVerbs: lastVerbs }),
    resource: `${names.plural}.${group}`,
    schema: objectSchemaOf(`${group.split('.').reverse().join('.')}.${version.name}.${names.kind}`, schema, selectable.map(([path]) => path)),
    strategy: customStrategy({
      group,
      plural: names.plural,
      schema,
      scale,
      isTerminating,
      rules: () => (rules ??= { made: Rules.of(schema, true) }).made,
    }),
    hasStatus: status !== undefined,
    hasSpec: true,
    ...(scale && { scale: scaleOf(scale) }),
    columns: columnsOf(version.additionalPrinterColumns),
    selectableFields: Object.fromEntries(selectable),
    nameRule: 'subdomain',
    description: schema?.description ?? '',
    ...(deprecation !== undefined && { deprecation }),
    storedForm: storedForm(apiVersion, storageVersion, schemas, webhook),
  };
}

function objectSchemaOf(name: string, schema: JSONSchemaProps | undefined, selectable: readonly string[]): ObjectSchema {
  let fields: Readonly<Record<string, Field>> | undefined;
  return {
    kind: 'object',
    name,
    get fields() {
      return (fields ??= fieldsOf(schema ?? {}));
    },
    open: !schema || schema['x-kubernetes-preserve-unknown-fields'] === true,
    structural: {
      decode: (value) => decodeCustom(value, schema),
      component: (dialect, ref) => componentOf(schema, selectable, dialect, ref),
    },
  };
}

function readerOf(jsonPath: string): (object: KubeObject) => string {
  const find = parseJsonPath(jsonPath);
  return (object) => {
    const value = find?.(object)[0];
    return value === undefined || value === null ? '' : String(value as string | number | boolean);
  };
}

/** Upstream's words, with the version to go to if there is a better one. */
function defaultDeprecation(
  { spec: { group, names, versions } }: CustomResourceDefinition,
  { name }: CustomResourceDefinitionVersion,
): string {
  const [better] = versions
    .filter((other) => other.served && !other.deprecated && compareVersions(other.name, name) < 0)
    .map((other) => other.name)
    .sort(compareVersions);
  const sentence = `${group}/${name} ${names.kind} is deprecated`;
  return better === undefined ? sentence : `${sentence}; use ${group}/${better} ${names.kind}`;
}
