/** Webhooks of GitLab (docs.gitlab.com/user/project/integrations/webhook_events). */
import { branchOf, eventOf, tagOf, textAt, type Received, type Told } from '../event.ts';

export function toldByGitlab({ headers, payload }: Received): Told[] {
  const type = textAt(payload, 'object_kind');
  const of = (field: string) => textAt(payload, 'object_attributes', field);
  const ref = textAt(payload, 'ref');
  // Only pushes have whole references; pipelines name a branch, and jobs and releases have fields of their own.
  const branch = type === 'pipeline' ? of('ref') : branchOf(ref);
  const event = eventOf({
    type,
    action: of('status') || of('action') || textAt(payload, 'action'),
    repository: textAt(payload, 'project', 'path_with_namespace'),
    image: '',
    ref,
    branch,
    tag: tagOf(ref) || textAt(payload, 'tag'),
    commit: of('sha') || textAt(payload, 'checkout_sha') || textAt(payload, 'after'),
  });
  return [{ id: headers['idempotency-key'] ?? headers['x-gitlab-event-uuid'], event }];
}
