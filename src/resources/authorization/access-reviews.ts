import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { required, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';
import {
  SelfSubjectAccessReviewSpecSchema,
  SubjectAccessReviewSpecSchema,
  SubjectAccessReviewStatusSchema,
} from './attributes.ts';

const named = (name: string) => `io.k8s.api.authorization.v1.${name}`;
const status = SubjectAccessReviewStatusSchema;
/** Asked and answered, never stored. */
const common = { group: 'authorization.k8s.io', version: 'v1', verbs: ['create'], columns: [nameColumn] } as const;

const SubjectAccessReviewSchema = kindSchema(named('SubjectAccessReview'), {
  spec: required(SubjectAccessReviewSpecSchema),
  status,
});
export type SubjectAccessReview = TypeOf<typeof SubjectAccessReviewSchema>;

/** May somebody. */
export const subjectAccessReviews = defineResource<SubjectAccessReview>({
  ...common,
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
  description: 'Asks the server whether a user may do something.',
  schema: SubjectAccessReviewSchema,
});

const LocalSubjectAccessReviewSchema = kindSchema(named('LocalSubjectAccessReview'), {
  spec: required(SubjectAccessReviewSpecSchema),
  status,
});

/** May somebody, in this namespace. */
export const localSubjectAccessReviews = defineResource<TypeOf<typeof LocalSubjectAccessReviewSchema>>({
  ...common,
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  namespaced: true,
  description: 'Asks the server whether a user may do something in one namespace.',
  schema: LocalSubjectAccessReviewSchema,
});

const SelfSubjectAccessReviewSchema = kindSchema(named('SelfSubjectAccessReview'), {
  spec: required(SelfSubjectAccessReviewSpecSchema),
  status,
});
export type SelfSubjectAccessReview = TypeOf<typeof SelfSubjectAccessReviewSchema>;

/** May I (`kubectl auth can-i`). */
export const selfSubjectAccessReviews = defineResource<SelfSubjectAccessReview>({
  ...common,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
  description: 'Asks the server whether the asker may do something.',
  schema: SelfSubjectAccessReviewSchema,
});
