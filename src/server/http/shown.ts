import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
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

/** Objects as a list in JSON. What is shown as stored is put together from the stored texts. */
export function shownListText(
  entries: readonly Entry[],
  metadata: ListMeta,
  resource: AnyResource,
  shown: Shown,
  now: Date,
): string {
  if (shown.format === 'table') return tableText(metadata, entries, resource, { ...shown, columns: true }, now);
  const plain = shown.format === 'object';
  const kind = plain ? resource.listKind : 'PartialObjectMetadataList';
  const apiVersion = plain ? resource.apiVersion : metaVersionOf(shown);
  const items = entries.map(plain ? (entry) => entry.text : (entry) => metadataText(entry.object, shown)).join(',');
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items}]}`;
}

function metadataText(object: KubeObject, shown: Shown): string {
  return `{"kind":"PartialObjectMetadata","apiVersion":"${metaVersionOf(shown)}","metadata":${JSON.stringify(object.metadata)}}`;
}

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
