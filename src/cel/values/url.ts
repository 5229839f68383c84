/** URLs as Go's `net/url` parses those of requests: with a scheme, or from the root. */

export interface ParsedUrl {
  readonly scheme: string;
  /** With the port. */
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly escapedPath: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The whole of it, for comparison. */
  readonly text: string;
}

/** Why a text is no URL, in Go's words. */
export class UrlError extends Error {}

const fail = (url: string, why: string): never => {
  throw new UrlError(`parse ${JSON.stringify(url)}: ${why}`);
};

/** Throws a `UrlError`. */
export function parseUrl(url: string): ParsedUrl {
  if (/[^ -~\u0080-\uffff]/.test(url)) fail(url, 'net/url: invalid control character in URL');
  if (url === '') fail(url, 'empty url');
  const schemeMatch = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url);
  if (!schemeMatch && url.startsWith(':')) fail(url, 'missing protocol scheme');
  const scheme = schemeMatch?.[1]!.toLowerCase() ?? '';
  const rest = url.slice(schemeMatch?.[0].length ?? 0);
  if (scheme === '' && !rest.startsWith('/') && url !== '*') fail(url, 'invalid URI for request');
  const fragment = rest.indexOf('#');
  const whole = fragment < 0 ? rest : rest.slice(0, fragment);
  const mark = whole.indexOf('?');
  const query = mark < 0 ? '' : whole.slice(mark + 1);
  const hierarchy = mark < 0 ? whole : whole.slice(0, mark);
  const authority = scheme !== '' && hierarchy.startsWith('//') ? hierarchy.slice(2).split('/')[0]! : undefined;
  const isOpaque = scheme !== '' && !hierarchy.startsWith('/') && hierarchy !== '';
  const path = isOpaque ? '' : authority === undefined ? hierarchy : hierarchy.slice(2 + authority.length);
  const host = parseAuthority(url, authority ?? '');
  checkEscapes(url, path);
  const port = /:(\d*)$/.exec(host)?.[1] ?? '';
  const hostname = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return {
    scheme,
    host,
    hostname,
    port,
    escapedPath: escapePath(path),
    query: parseQuery(query),
    text: `${scheme}:${rest}`,
  };
}

function checkEscapes(url: string, text: string): void {
  const wrong = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text);
  if (wrong) fail(url, `invalid URL escape ${JSON.stringify(wrong[0])}`);
}

function parseAuthority(url: string, authority: string): string {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))) fail(url, 'net/url: invalid userinfo');
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) fail(url, "missing ']' in host");
    if (!/^(?::\d*)?$/.test(host.slice(end + 1))) fail(url, `invalid port ${JSON.stringify(host.slice(end + 1))} after host`);
  } else {
    const port = host.slice(host.includes(':') ? host.lastIndexOf(':') : host.length);
    if (!/^(?::\d*)?$/.test(port)) fail(url, `invalid port ${JSON.stringify(port)} after host`);
  }
  // Go lets everything but ASCII's own signs stand in a host.
  const wrong = /[^!-~\u0080-\uffff]|["\\^`{|}/]/.exec(host);
  if (wrong) fail(url, `invalid character ${JSON.stringify(wrong[0])} in host name`);
  checkEscapes(url, host);
  return host;
}

/** A path that is escaped right stays as it was written. */
function escapePath(path: string): string {
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]%]*$/.test(path)) return path;
  const unescaped = path.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
  return encodeURIComponent(unescaped.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/%(2F|24|26|2B|2C|3A|3B|3D|40)/g, (escaped) => decodeURIComponent(escaped))
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Pairs that cannot be unescaped are left out, as Go's `Query` does. */
function parseQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [key, value] = splitPair(pair).map(unescape);
    if (key === undefined || value === undefined) continue;
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

function unescape(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const bytes = new TextEncoder().encode(text.replaceAll('+', ' '));
  const unescaped: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x25) unescaped.push(bytes[i]!);
    else {
      unescaped.push(Number.parseInt(String.fromCharCode(bytes[i + 1]!, bytes[i + 2]!), 16));
      i += 2;
    }
  }
  return new TextDecoder().decode(Uint8Array.from(unescaped));
}
