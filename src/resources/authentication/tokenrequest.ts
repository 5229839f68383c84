import { kindSchema } from '../../machinery/meta.ts';
import { defaulted, field, int64, list, object, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';

/** The body of a ServiceAccount's `token` subresource, in the question and in the answer. */
export const TokenRequestSchema = kindSchema('io.k8s.api.authentication.v1.TokenRequest', {
  spec: defaulted(
    object('io.k8s.api.authentication.v1.TokenRequestSpec', {
      audiences: defaulted(list(string), { doc: 'Whom the token is for. Without any: the API server.' }),
      boundObjectRef: field(
        object('io.k8s.api.authentication.v1.BoundObjectReference', {
          apiVersion: field(string, { doc: 'The group and version of the object.' }),
          kind: field(string, { doc: 'The kind of the object.' }),
          name: field(string, { doc: 'The name of the object.' }),
          uid: field(string, { doc: 'The uid of the object.' }),
        }),
        { doc: 'The token ends with this object: a Pod, a Secret or a Node.' },
      ),
      expirationSeconds: field(int64, { doc: 'How many seconds the token is valid. 3600 if left out.' }),
    }),
  ),
  status: object('io.k8s.api.authentication.v1.TokenRequestStatus', {
    expirationTimestamp: defaulted(time, { doc: 'When the token ends.' }),
    token: defaulted(string, { doc: 'The token.' }),
  }),
});
export type TokenRequest = TypeOf<typeof TokenRequestSchema>;

export const expirationSecondsDefault = 3600;
const expirationSecondsMin = 600;
const expirationSecondsMax = 2 ** 32;

/** Everything wrong with the lifetime that is asked for. */
export function validateExpiration(seconds: number): FieldError[] {
  const path = 'spec.expirationSeconds';
  if (seconds < expirationSecondsMin) return [fieldInvalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  if (seconds > expirationSecondsMax) return [fieldInvalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}
