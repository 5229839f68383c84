import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, field, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';
import { UserInfoSchema } from './user-info.ts';

const TokenReviewSchema = kindSchema('io.k8s.api.authentication.v1.TokenReview', {
  spec: required(
    object('io.k8s.api.authentication.v1.TokenReviewSpec', {
      audiences: field(list(string), { doc: 'Whom the token has to be for; without any: this server.' }),
      token: required(string, { doc: 'The bearer token in question.' }),
    }),
  ),
  status: object('io.k8s.api.authentication.v1.TokenReviewStatus', {
    audiences: field(list(string), { doc: 'Those of the asked audiences that the token is for.' }),
    authenticated: field(boolean, { doc: 'Whether the token is good.' }),
    error: field(string, { doc: 'Why the token could not be checked.' }),
    user: field(UserInfoSchema, { doc: 'Who the token stands for.' }),
  }),
});
export type TokenReview = TypeOf<typeof TokenReviewSchema>;

/** Whose token is this. Asked and answered, never stored. */
export const tokenReviews = defineResource<TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
  verbs: ['create'],
  description: 'Asks the server whether a token is valid, and whom it stands for.',
  schema: TokenReviewSchema,
  columns: [nameColumn],
});
