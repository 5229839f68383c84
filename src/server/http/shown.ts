import type { KubeObject } from '../../machinery/meta.ts';
import { PartialObjectMetadataSchema } from '../../machinery/openapi/common.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import { fromStored } from '../../machinery/versions.ts';
import { badRequest } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';
import { inForm } from '../verbs/entry.ts';

/** How objects are shown, an encoding aside. */
export interface Shown {
  format: 'object' | 'metadata' | 'table';
  metaVersion?: 'v1' | 'v1beta1';
  /** For tables: what comes with each row; absent: its metadata. */
  includeObject?: 'None' | 'Metadata' | 'Object';
  /** For tables: with column definitions. */
  columns?: boolean;
}

/** Metadata of a list. */
export interface ListMeta {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

/** What has to be known of a kind to show its objects: columns for tables, and the version that is asked for. */
type ShownKind = Pick<AnyResource, 'columns' | 'conversion' | 'storedForm'>;

const metaVersionOf = (shown: Shown) => `meta.k8s.io/${shown.metaVersion ?? 'v1'}`;

/** One object as JSON, in the form the client asked for. */
export function shownText(entry: Entry, resource: ShownKind, shown: Shown, now: Date): string {
  switch (shown.format) {
    case 'object':
      return objectText(entry, resource);
    case 'metadata':
      return metadataText(entry.object, shown);
    case 'table':
      return tableText({ resourceVersion: entry.object.metadata.resourceVersion }, [entry], resource, shown, now);
  }
}

/** The same as an object, for encodings that are not text. Tables are always text. */
export const shownObject = (entry: Entry, resource: ShownKind, shown: Shown): KubeObject =>
  shown.format === 'metadata' ? metadataOf(entry.object, shown) : fromStored(resource, inForm(resource, entry).object);

/** The schema of what is shown of an object with the given schema. */
export const shownSchema = (schema: ObjectSchema, shown: Shown): ObjectSchema =>
  shown.format === 'metadata' ? (PartialObjectMetadataSchema as ObjectSchema) : schema;

/** Objects as a list in JSON. What is shown as stored is put together from the stored texts. */
export function shownListText(
  entries: readonly Entry[],
  metadata: ListMeta,
  resource: AnyResource,
  shown: Shown,
  now: Date,
): string {
  if (shown.format === 'table') return tableText(metadata, entries, resource, { ...shown, columns: true }, now);
  const { kind, apiVersion } = listTypeOf(resource, shown);
  const items = entries.map((entry) => shownText(entry, resource, shown, now)).join(',');
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items}]}`;
}

/** The same as an object, for encodings that are not text. */
export function shownListObject(entries: readonly Entry[], metadata: ListMeta, resource: AnyResource, shown: Shown) {
  return { ...listTypeOf(resource, shown), metadata, items: entries.map((entry) => shownObject(entry, resource, shown)) };
}

const listTypeOf = (resource: AnyResource, shown: Shown) =>
  shown.format === 'metadata'
    ? { kind: 'PartialObjectMetadataList', apiVersion: metaVersionOf(shown) }
    : { kind: resource.listKind, apiVersion: resource.apiVersion };

const metadataOf = ({ metadata }: KubeObject, shown: Shown): KubeObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: metaVersionOf(shown),
  metadata,
});

/** The object in JSON. In the version in which it is stored, that is what was stored. */
const objectText = (entry: Entry, resource: ShownKind): string =>
  resource.conversion ? JSON.stringify(resource.conversion.fromStored(entry.object)) : inForm(resource, entry).text;

const metadataText = (object: KubeObject, shown: Shown): string => JSON.stringify(metadataOf(object, shown));

function tableText(metadata: ListMeta, entries: readonly Entry[], resource: ShownKind, shown: Shown, now: Date): string {
  const columns = shown.columns ? columnDefinitions(resource) : 'null';
  const rows = entries.map((entry) => rowText(entry, resource, shown, now)).join(',');
  return `{"kind":"Table","apiVersion":"${metaVersionOf(shown)}","metadata":${JSON.stringify(metadata)},"columnDefinitions":${columns},"rows":[${rows}]}`;
}

function rowText(entry: Entry, resource: ShownKind, shown: Shown, now: Date): string {
  const { object } = inForm(resource, entry);
  const cells = JSON.stringify(resource.columns.map((column) => column.cell(object, now)));
  const { includeObject = 'Metadata' } = shown;
  const shownObjectText =
    includeObject === 'None'
      ? 'null'
      : includeObject === 'Object'
        ? objectText(entry, resource)
        : metadataText(entry.object, shown);
  return `{"cells":${cells},"object":${shownObjectText}}`;
}

const definitions = new WeakMap<ShownKind['columns'], string>();

/** The columns of a kind as a Table declares them, in JSON. */
function columnDefinitions(resource: ShownKind): string {
  let text = definitions.get(resource.columns);
  if (text === undefined) {
    const columns = resource.columns.map(({ name, type, format = '', description, priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    }));
    definitions.set(resource.columns, (text = JSON.stringify(columns)));
  }
  return text;
}

/** What a client wants with each row of a table. Throws 400. */
export function includeObjectOf(query: URLSearchParams): 'None' | 'Metadata' | 'Object' {
  const value = query.get('includeObject') || 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}
