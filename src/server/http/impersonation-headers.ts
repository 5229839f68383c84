import { badRequest } from '../../machinery/status.ts';

const extraPrefix = 'impersonate-extra-';

/** The headers by which somebody asks to be taken for somebody else. */
export const isImpersonationHeader = (name: string): boolean =>
  name === 'impersonate-user' || name === 'impersonate-group' || name === 'impersonate-uid' || name.startsWith(extraPrefix);

/** Whether somebody asks for that. Names only: on the way of every request, where entries take twice as long. */
export function asksToImpersonate(headers: Headers): boolean {
  for (const name of headers.keys()) if (name.startsWith('impersonate-') && isImpersonationHeader(name)) return true;
  return false;
}

/** Whom the headers ask to be. */
export interface Wish {
  user: string;
  uid: string;
  groups: readonly string[];
  extra: Readonly<Record<string, readonly string[]>>;
}

/** Whom the headers ask to be, if anybody. Throws 400 for a wish without a user. */
export function wishOf(headers: Headers): Wish | undefined {
  if (!asksToImpersonate(headers)) return undefined;
  const user = headers.get('impersonate-user') ?? '';
  const uid = headers.get('impersonate-uid') ?? '';
  const groups = linesOf(headers.get('impersonate-group'));
  const extra: Record<string, string[]> = {};
  for (const [name, value] of headers)
    if (name.startsWith(extraPrefix)) extra[unescaped(name.slice(extraPrefix.length))] = linesOf(value);
  if (user !== '') return { user, uid, groups, extra };
  const others = [...(groups.length > 0 ? ['groups'] : []), ...(uid ? ['a UID'] : []), ...Object.keys(extra)];
  if (others.length > 0) throw badRequest(`requested ${others.join(', ')} without impersonating a user name`);
  return undefined;
}

/** The lines of a header that was sent several times: the platform joins them so. */
const linesOf = (value: string | null): string[] => (value === null ? [] : value.split(', '));

/** Keys of extras are escaped like a part of a path; what is not is taken as it is. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key).toLowerCase();
  } catch {
    return key;
  }
}
