/** `kubernetes.urls`. */
import { global, member, type Functions, type Implementation } from '../functions.ts';
import { boolType, listOf, mapOf, objectType, stringType } from '../types/type.ts';
import { ArrayList, EntryMap } from '../values/collections.ts';
import { parseUrl, UrlError, type ParsedUrl } from '../values/url.ts';
import { Fault, isFault, Opaque, type Outcome, type Value } from '../values/value.ts';

const urlType = objectType('kubernetes.URL');

class UrlValue extends Opaque {
  readonly type = urlType;
  readonly url: ParsedUrl;

  constructor(url: ParsedUrl) {
    super();
    this.url = url;
  }

  equals(other: Value): boolean {
    return other instanceof UrlValue && other.url.text === this.url.text;
  }
}

function parse(text: string): UrlValue | Fault {
  try {
    return new UrlValue(parseUrl(text));
  } catch (error) {
    if (error instanceof UrlError) return new Fault(`URL parse error during conversion from string: ${error.message}`);
    throw error;
  }
}

const part =
  (get: (url: ParsedUrl) => Outcome): Implementation =>
  ([value]) =>
    get((value as UrlValue).url);

function queryOf({ query }: ParsedUrl): EntryMap {
  const map = new EntryMap();
  for (const [key, values] of query) map.set(key, new ArrayList(values));
  return map;
}

const isUrl: Implementation = ([text], meter) => {
  // Upstream charges one unit for it, however long the text.
  meter.work((text as string).length);
  return !isFault(parse(text as string));
};

export const urls: Functions = {
  url: [global('string_to_url', [stringType], urlType, ([text]) => parse(text as string))],
  isURL: [global('is_url_string', [stringType], boolType, isUrl)],
  getScheme: [
    member(
      'url_get_scheme',
      [urlType],
      stringType,
      part((url) => url.scheme),
    ),
  ],
  getHost: [
    member(
      'url_get_host',
      [urlType],
      stringType,
      part((url) => url.host),
    ),
  ],
  getHostname: [
    member(
      'url_get_hostname',
      [urlType],
      stringType,
      part((url) => url.hostname),
    ),
  ],
  getPort: [
    member(
      'url_get_port',
      [urlType],
      stringType,
      part((url) => url.port),
    ),
  ],
  getEscapedPath: [
    member(
      'url_get_escaped_path',
      [urlType],
      stringType,
      part((url) => url.escapedPath),
    ),
  ],
  getQuery: [member('url_get_query', [urlType], mapOf(stringType, listOf(stringType)), part(queryOf))],
};
