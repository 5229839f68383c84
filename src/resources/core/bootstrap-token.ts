/**
 * Bootstrap tokens: Secrets of kube-system by which nodes, and whoever else is new, first come to a cluster. Names and rules of
 * upstream's `cluster-bootstrap`.
 */
import type { Reader } from '../../machinery/reader.ts';
import type { UserInfo } from '../../machinery/user.ts';
import { fromBase64 } from '../shared/pem.ts';
import { secrets, type Secret } from './secret.ts';

export const bootstrapTokenType = 'bootstrap.kubernetes.io/token';
export const bootstrapTokenNamespace = 'kube-system';
const userPrefix = 'system:bootstrap:';
const defaultGroup = 'system:bootstrappers';
const groupPattern = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const namePattern = /^bootstrap-token-([a-z0-9]{6})$/;
const tokenPattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Whom a bootstrap token stands for, and for how long. */
export interface BootstrapUser {
  user: UserInfo;
  expiresAt?: Date;
}

/** What a token may be used for. */
type Usage = 'authentication' | 'signing';

/** The user of a bearer token `ID.SECRET`; undefined if it is none of the cluster's, or not any more, or not for that. */
export function bootstrapUser(reader: Reader, token: string, now: Date): BootstrapUser | undefined {
  const [, id, given] = tokenPattern.exec(token) ?? [];
  if (id === undefined || given === undefined) return undefined;
  const secret = reader.get(secrets, bootstrapTokenNamespace, `bootstrap-token-${id}`);
  if (!secret || !isBootstrapToken(secret) || secret.metadata.deletionTimestamp) return undefined;
  const usable = usableToken(secret, 'authentication', now);
  const groups = groupsOf(secret);
  if (usable?.id !== id || !sameText(usable.secret, given) || !groups) return undefined;
  const expiresAtMs = expiryOf(secret);
  const user = { name: userPrefix + id, groups };
  return expiresAtMs === undefined ? { user } : { user, expiresAt: new Date(expiresAtMs) };
}

/** Whether a Secret is a bootstrap token, good or not. */
export const isBootstrapToken = ({ type, metadata }: Secret): boolean =>
  type === bootstrapTokenType && metadata.namespace === bootstrapTokenNamespace;

/** The parts of a token that may be used for that; undefined if it may not, or not any more. */
export function usableToken(secret: Secret, usage: Usage, now: Date): { id: string; secret: string } | undefined {
  const id = textOf(secret, 'token-id');
  const own = textOf(secret, 'token-secret');
  if (id === '' || own === '' || namePattern.exec(secret.metadata.name)?.[1] !== id) return undefined;
  if ((expiryOf(secret) ?? Infinity) <= now.getTime()) return undefined;
  return textOf(secret, `usage-bootstrap-${usage}`) === 'true' ? { id, secret: own } : undefined;
}

/** When a token ends, in ms since the epoch; undefined for never. A time that cannot be read is past. */
export function expiryOf(secret: Secret): number | undefined {
  const text = textOf(secret, 'expiration');
  if (text === '') return undefined;
  const time = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? -Infinity : time;
}

/** Undefined if one of the groups is not for these tokens. */
function groupsOf(secret: Secret): string[] | undefined {
  const more = textOf(secret, 'auth-extra-groups');
  const groups = more === '' ? [] : more.split(',');
  return groups.every((group) => groupPattern.test(group)) ? [...new Set([defaultGroup, ...groups])].sort() : undefined;
}

const textOf = ({ data }: Secret, key: string): string => fromBase64(data?.[key] ?? '') ?? '';

/** Takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
