/** Where a webhook is (apiserver/pkg/util/webhook). */
import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { isPortNumber } from '../shared/format-rules.ts';

const form = '; desired format: https://host[/path]';

/** An https URL of a host and a path, taken apart as Go does it. */
export function validateWebhookUrl(url: string, path: string): FieldError[] {
  const problem = wrongWithUrl(url);
  if (problem) return [fieldRequired(path, `url must be a valid URL: parse ${JSON.stringify(url)}: ${problem}${form}`)];
  // Always matches: every part may be empty.
  const [, scheme = '', authority = '', query = '', fragment = ''] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https')
    errors.push(fieldInvalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`));
  if (host === '') errors.push(fieldInvalid(path, host, `host must be specified${form}`));
  if (at >= 0) errors.push(fieldInvalid(path, authority.slice(0, at), 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(fieldInvalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(fieldInvalid(path, query, 'query parameters are not permitted in the URL'));
  return errors;
}

/** The commonest errors of Go's parser, in its words. */
function wrongWithUrl(url: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f]/.test(url)) return 'net/url: invalid control character in URL';
  if (url.startsWith(':')) return 'missing protocol scheme';
  const escape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(url.split('?', 1)[0]!)?.[0];
  return escape === undefined ? undefined : `invalid URL escape ${JSON.stringify(escape)}`;
}

/**
 * A Service by name and namespace, its port, and a path of DNS names. As upstream, a missing name is reported for the
 * namespace and the other way round.
 */
export function validateWebhookService(
  { name, namespace, path: urlPath, port = 0 }: { name?: string; namespace?: string; path?: string; port?: number },
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!namespace) errors.push(fieldRequired(`${path}.name`));
  if (!name) errors.push(fieldRequired(`${path}.namespace`));
  const wrongPort = isPortNumber(port);
  if (wrongPort.length > 0) errors.push(fieldInvalid(`${path}.port`, port, `port is not valid: ${wrongPort.join(', ')}`));
  return urlPath === undefined ? errors : [...errors, ...validateUrlPath(urlPath, `${path}.path`)];
}

function validateUrlPath(urlPath: string, path: string): FieldError[] {
  if (urlPath === '/' || urlPath === '') return [];
  if (urlPath === '//') return [fieldInvalid(path, urlPath, 'segment[0] may not be empty')];
  const errors = urlPath.startsWith('/') ? [] : [fieldInvalid(path, urlPath, "must start with a '/'")];
  const segments = urlPath.slice(1).replace(/\/$/, '').split('/');
  return [
    ...errors,
    ...segments.flatMap((segment, i) =>
      segment === ''
        ? [fieldInvalid(path, urlPath, `segment[${i}] may not be empty`)]
        : isDNS1123Subdomain(segment).map((message) => fieldInvalid(path, urlPath, `segment[${i}]: ${message}`)),
    ),
  ];
}
