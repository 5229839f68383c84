/** Webhooks of Docker Hub (docs.docker.com/docker-hub/repos/manage/webhooks): a push of one tag. */
import { eventOf, textAt, type Received, type Told } from '../event.ts';

export function toldByDockerHub({ payload }: Received): Told[] {
  const event = eventOf({
    type: 'push',
    repository: textAt(payload, 'repository', 'repo_name'),
    tag: textAt(payload, 'push_data', 'tag'),
  });
  // Each push has an address of its own to answer to.
  return [{ id: textAt(payload, 'callback_url') || undefined, event }];
}
