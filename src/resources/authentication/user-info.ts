import { field, list, map, object, string, type TypeOf } from '../../machinery/schema.ts';
import type { UserInfo } from '../../machinery/user.ts';

/** Who somebody is, as reviews show it. */
export const UserInfoSchema = object('io.k8s.api.authentication.v1.UserInfo', {
  extra: field(map(list(string)), { doc: 'What else is known about the user.' }),
  groups: field(list(string), { doc: 'The groups that the user is in.' }),
  uid: field(string, { doc: 'What tells the user from others of the same name.' }),
  username: field(string, { doc: 'The name of the user.' }),
});

/** A user as reviews show it: what is not known is left out. */
export function userInfoOf({ name, uid, groups, extra }: UserInfo): TypeOf<typeof UserInfoSchema> {
  return {
    username: name,
    ...(uid && { uid }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(extra &&
      Object.keys(extra).length > 0 && {
        extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
      }),
  };
}
