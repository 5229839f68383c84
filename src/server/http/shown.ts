import type { KubeObject } from '../../machinery/meta.ts';
import { PartialObjectMetadataSchema } from '../../machinery/openapi/common.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import { badRequest } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';

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

/** What a table needs to know of a kind. */
type Columns = Pick<AnyResource, 'columns'>;

const metaVersionOf = (shown: Shown) => `meta.k8s.io/${shown.metaVersion ?? 'v1'}`;

/** One object as JSON, in the form the client asked for. */
export function shownText(entry: Entry, resource: Columns, shown: Shown, now: Date): string {
  switch (shown.format) {
    case 'object':
      return entry.text;
    case 'metadata':
      return metadataText(entry.object, shown);
    case 'table':
      return tableText({ resourceVersion: entry.object.metadata.resourceVersion }, [entry], resource, shown, now);
  }
}

/** The same as an object, for encodings that are not text. Tables are always text. */
export const shownObject = (entry: Entry, shown: Shown): KubeObject =>
  shown.format === 'metadata' ? metadataOf(entry.object, shown) : entry.object;

/** The schema of what is shown of an object with the given schema. */
export const shownSchema = (schema: ObjectSchema, shown: Shown): ObjectSchema =>
  shown.format === 'metadata' ? (PartialObjectMetadataSchema as ObjectSchema) : schema;

/** Objects as a list in JSON. What is shown as stored is put together from the stored texts. */
export function shownListText(entries: readonly Entry[], metadata: ListMeta, resource: AnyResource, shown: Shown, now: Date): string {
  if (shown.format === 'table') return tableText(metadata, entries, resource, { ...shown, columns: true }, now);
  const { kind, apiVersion } = listTypeOf(resource, shown);
  const items = entries.map(shown.format === 'object' ? (entry) => entry.text : (entry) => metadataText(entry.object, shown)).join(',');
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items}]}`;
}

/** The same as an object, for encodings that are not text. */
export function shownListObject(entries: readonly Entry[], metadata: ListMeta, resource: AnyResource, shown: Shown) {
  return { ...listTypeOf(resource, shown), metadata, items: entries.map((entry) => shownObject(entry, shown)) };
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

const metadataText = (object: KubeObject, shown: Shown): string => JSON.stringify(metadataOf(object, shown));

function tableText(metadata: ListMeta, entries: readonly Entry[], resource: Columns, shown: Shown, now: Date): string {
  const columns = shown.columns ? columnDefinitions(resource) : 'null';
  const rows = entries.map((entry) => rowText(entry, resource, shown, now)).join(',');
  return `{"kind":"Table","apiVersion":"${metaVersionOf(shown)}","metadata":${JSON.stringify(metadata)},"columnDefinitions":${columns},"rows":[${rows}]}`;
}

function rowText(entry: Entry, resource: Columns, shown: Shown, now: Date): string {
  const cells = JSON.stringify(resource.columns.map((column) => column.cell(entry.object, now)));
  const { includeObject = 'Metadata' } = shown;
  const object = includeObject === 'None' ? 'null' : includeObject === 'Object' ? entry.text : metadataText(entry.object, shown);
  return `{"cells":${cells},"object":${object}}`;
}

const definitions = new WeakMap<Columns['columns'], string>();

/** The columns of a kind as a Table declares them, in JSON. */
function columnDefinitions(resource: Columns): string {
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
