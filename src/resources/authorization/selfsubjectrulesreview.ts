import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, field, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';

const named = (name: string) => `io.k8s.api.authorization.v1.${name}`;

const SelfSubjectRulesReviewSchema = kindSchema(named('SelfSubjectRulesReview'), {
  spec: required(
    object(named('SelfSubjectRulesReviewSpec'), { namespace: field(string, { doc: 'The namespace that is asked about.' }) }),
  ),
  status: object(named('SubjectRulesReviewStatus'), {
    evaluationError: field(string, { doc: 'What went wrong meanwhile, so that rules may be missing.' }),
    incomplete: required(boolean, { doc: 'Whether rules may be missing.' }),
    nonResourceRules: required(
      list(
        object(named('NonResourceRule'), {
          nonResourceURLs: field(list(string), { doc: 'Paths outside of the resource API, as /healthz; `*` is all.' }),
          verbs: required(list(string), { doc: 'What may be done, as get; `*` is all.' }),
        }),
      ),
      { doc: 'What may be done outside of the resource API.' },
    ),
    resourceRules: required(
      list(
        object(named('ResourceRule'), {
          apiGroups: field(list(string), { doc: 'The groups of the resources; `*` is all.' }),
          resourceNames: field(list(string), { doc: 'The only objects that are meant; all if left out.' }),
          resources: field(list(string), { doc: 'Plural names of resources; `*` is all.' }),
          verbs: required(list(string), { doc: 'What may be done, as get or create; `*` is all.' }),
        }),
      ),
      { doc: 'What may be done to resources.' },
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
