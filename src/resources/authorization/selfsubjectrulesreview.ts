import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';

const named = (name: string) => `io.k8s.api.authorization.v1.${name}`;

const SelfSubjectRulesReviewSchema = kindSchema(named('SelfSubjectRulesReview'), {
  spec: required(object(named('SelfSubjectRulesReviewSpec'), { namespace: string })),
  status: object(named('SubjectRulesReviewStatus'), {
    evaluationError: string,
    incomplete: required(boolean),
    nonResourceRules: required(
      list(object(named('NonResourceRule'), { nonResourceURLs: list(string), verbs: required(list(string)) })),
    ),
    resourceRules: required(
      list(
        object(named('ResourceRule'), {
          apiGroups: list(string),
          resourceNames: list(string),
          resources: list(string),
          verbs: required(list(string)),
        }),
      ),
    ),
  }),
});
export type SelfSubjectRulesReview = TypeOf<typeof SelfSubjectRulesReviewSchema>;

/** What may I do in this namespace (`kubectl auth can-i --list`). Asked and answered, never stored. */
export const selfSubjectRulesReviews = defineResource<SelfSubjectRulesReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  namespaced: false,
  verbs: ['create'],
  description: 'Asks the server what the asker may do in a namespace.',
  schema: SelfSubjectRulesReviewSchema,
  columns: [nameColumn],
});
