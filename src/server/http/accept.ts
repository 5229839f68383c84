import { StatusError } from '../../machinery/status.ts';

/** How the client wants to see objects. */
export interface Accepted {
  format: 'object' | 'metadata' | 'table';
  /** The version of meta.k8s.io that a converted answer says it is in. */
  metaVersion: 'v1' | 'v1beta1';
  encoding: 'json' | 'yaml';
}

export interface AcceptClause {
  type: string;
  params: ReadonlyMap<string, string>;
}

const encodings: ReadonlyMap<string, Accepted['encoding']> = new Map([
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['*/*', 'json'],
  ['application/yaml', 'yaml'],
]);

const supported = 'application/json, application/yaml';
const plainJson: Accepted = { format: 'object', metaVersion: 'v1', encoding: 'json' };

/** Clients send a handful of different headers, over and over. */
const known = new Map<string, Accepted>();
const knownMax = 256;

/** Chooses the form of the answer. Throws 406 if there is none that both sides speak. */
export function negotiate(header: string | null): Accepted {
  if (!header) return plainJson;
  const before = known.get(header);
  if (before) return before;
  for (const clause of parseAccept(header)) {
    const accepted = acceptClause(clause);
    if (!accepted) continue;
    if (known.size >= knownMax) known.clear();
    known.set(header, accepted);
    return accepted;
  }
  throw new StatusError('NotAcceptable', `only the following media types are accepted: ${supported}`);
}

function acceptClause({ type, params }: AcceptClause): Accepted | undefined {
  const encoding = encodings.get(type);
  if (!encoding) return undefined;
  const as = params.get('as');
  if (as === undefined && !params.has('g') && !params.has('v'))
    return encoding === 'json' ? plainJson : { ...plainJson, encoding };
  const version = params.get('v');
  if (params.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') return { format: 'table', metaVersion: version, encoding };
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
    return { format: 'metadata', metaVersion: version, encoding };
  return undefined;
}

/** The media types of an Accept header, most wanted first. */
export function parseAccept(header: string): AcceptClause[] {
  const clauses = header.split(',').map((text) => {
    const [type = '', ...rest] = text.split(';');
    const params = new Map<string, string>();
    for (const param of rest) {
      const equals = param.indexOf('=');
      if (equals > 0)
        params.set(
          param.slice(0, equals).trim().toLowerCase(),
          param
            .slice(equals + 1)
            .trim()
            .replace(/^"(.*)"$/, '$1'),
        );
    }
    const quality = Number(params.get('q') ?? 1);
    return { type: type.trim().toLowerCase(), params, quality: Number.isNaN(quality) ? 0 : quality };
  });
  return clauses.filter((clause) => clause.quality > 0).sort((a, b) => b.quality - a.quality);
}
