import ipaddr from 'ipaddr.js';
import { isResourceAttributes, type Attributes } from '../../authz/authorizer.ts';
import { longRunningSubresources } from '../http/timeout.ts';
import type { UserInfo } from '../../machinery/user.ts';
import { verbOf } from '../dispatch.ts';
import { attributesOf } from '../http/authorize.ts';
import { parseResourcePath } from '../http/path.ts';

/** The path of a request with its query, as the client wrote it. `url` is absolute. */
export const uriOf = (url: string): string => url.slice(url.indexOf('/', url.indexOf('//') + 2));

/** What a request is, for the policy and its events, before anybody has looked whether there is such a thing. */
export function requestAttributes(user: UserInfo, method: string, uri: string): Attributes {
  const question = uri.indexOf('?');
  const pathname = question < 0 ? uri : uri.slice(0, question);
  const path = parseResourcePath(pathname);
  if (!path) return { user, verb: method.toLowerCase(), path: pathname };
  const query = new URLSearchParams(question < 0 ? '' : uri.slice(question + 1));
  const verb = verbOf(method === 'HEAD' ? 'GET' : method, path, query);
  // The verb of the request: who opens a stream with GET gets it, though the authorizer is asked about creating it.
  return { ...attributesOf(user, verb ?? 'get', path, query), verb: verb ?? '' };
}

/** Whether a request stays open for as long as its client wants, as upstream counts them: their answer begins, and then ends. */
export function isLongRunning(attributes: Attributes): boolean {
  if (!isResourceAttributes(attributes)) return false;
  return attributes.verb === 'watch' || longRunningSubresources.has(attributes.subresource);
}


/** Kinds whose bodies hold secrets or tokens: `resource` or `resource/subresource`, with the group behind it. */
const secretive: ReadonlySet<string> = new Set(['secrets.', 'serviceaccounts/token.', 'tokenreviews.authentication.k8s.io']);

/** Whether the bodies of a request must never be written down, whatever a policy says. */
export function carriesSecrets(attributes: Attributes): boolean {
  if (!isResourceAttributes(attributes)) return false;
  const { group, resource, subresource } = attributes;
  return secretive.has(`${resource}.${group}`) || secretive.has(`${resource}/${subresource}.${group}`);
}

const sourceIPsMax = 16;

/**
 * Where a request came from, in upstream's order: what proxies say they passed on, and last the address that connected. All but
 * the last can be made up by the client.
 */
export function sourceIPsOf(headers: Headers): string[] {
  const forwarded = (headers.get('x-forwarded-for') ?? '').split(',').map((each) => each.trim());
  const remote = headers.get('cf-connecting-ip')?.trim() ?? '';
  const all = forwarded.slice(-sourceIPsMax);
  if (all.at(-1) !== remote) all.push(remote);
  return all.filter((each) => ipaddr.isValid(each));
}
