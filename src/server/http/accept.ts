import { protobufMediaType } from '../../machinery/protobuf/codec.ts';
import { StatusError } from '../../machinery/status.ts';

export type Encoding = 'json' | 'yaml' | 'protobuf';

/** How the client wants to see objects. */
export interface Accepted {
  format: 'object' | 'metadata' | 'table';
  /** For metadata: asked for as a list of it (`as=PartialObjectMetadataList`). */
  asList?: boolean;
  /** The version of meta.k8s.io that a converted answer says it is in. */
  metaVersion: 'v1' | 'v1beta1';
  encoding: Encoding;
}

export interface AcceptClause {
  type: string;
  params: ReadonlyMap<string, string>;
}

/** What the ranges of an Accept header stand for. */
const encodings: ReadonlyMap<string, Encoding> = new Map([
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['*/*', 'json'],
  ['application/yaml', 'yaml'],
  [protobufMediaType, 'protobuf'],
]);

/** The media type of each encoding. */
export const mediaTypes: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: protobufMediaType,
};

const allFormats: readonly Accepted['format'][] = ['object', 'metadata', 'table'];

const plainJson: Accepted = { format: 'object', metaVersion: 'v1', encoding: 'json' };

/** The forms that an Accept header asks for, most wanted first. Clients send a handful of different headers, over and over. */
const known = new Map<string, readonly Accepted[]>();
const knownMax = 256;

/** Chooses the form of the answer from the encodings and formats that are served. Throws 406 if none is spoken by both sides. */
export function negotiate(header: string | null, served: readonly Encoding[], formats = allFormats): Accepted {
  if (!header) return plainJson;
  let wanted = known.get(header);
  if (!wanted) {
    wanted = parseAccept(header)
      .map(acceptClause)
      .filter((accepted) => accepted !== undefined);
    if (known.size >= knownMax) known.clear();
    known.set(header, wanted);
  }
  const accepted = wanted.find(({ encoding, format }) => isServed(encoding, format, served) && formats.includes(format));
  if (accepted) return accepted;
  const types = served.map((encoding) => mediaTypes[encoding]);
  throw new StatusError('NotAcceptable', `only the following media types are accepted: ${types.join(', ')}`);
}

/** Metadata is the same for every kind, and so is served in every encoding. */
const isServed = (encoding: Encoding, format: Accepted['format'], served: readonly Encoding[]): boolean =>
  served.includes(encoding) || (encoding === 'protobuf' && format === 'metadata');

function acceptClause({ type, params }: AcceptClause): Accepted | undefined {
  const encoding = encodings.get(type);
  if (!encoding || (params.get('stream') ?? 'watch') !== 'watch') return undefined;
  const as = params.get('as');
  if (as === undefined && !params.has('g') && !params.has('v'))
    return encoding === 'json' ? plainJson : { ...plainJson, encoding };
  const version = params.get('v');
  if (params.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  // Tables have no form in protobuf.
  if (as === 'Table') return encoding === 'protobuf' ? undefined : { format: 'table', metaVersion: version, encoding };
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
    return { format: 'metadata', asList: as === 'PartialObjectMetadataList', metaVersion: version, encoding };
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
