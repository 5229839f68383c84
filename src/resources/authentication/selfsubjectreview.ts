import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, object, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';
import { UserInfoSchema } from './user-info.ts';

const SelfSubjectReviewSchema = kindSchema('io.k8s.api.authentication.v1.SelfSubjectReview', {
  status: object('io.k8s.api.authentication.v1.SelfSubjectReviewStatus', {
    userInfo: field(UserInfoSchema, { doc: 'Who asks.' }),
  }),
});
export type SelfSubjectReview = TypeOf<typeof SelfSubjectReviewSchema>;

/** Who am I (`kubectl auth whoami`). Asked and answered, never stored. */
export const selfSubjectReviews = defineResource<SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
  verbs: ['create'],
  description: 'Asks the server whom it takes the asker for.',
  schema: SelfSubjectReviewSchema,
  columns: [nameColumn],
});
