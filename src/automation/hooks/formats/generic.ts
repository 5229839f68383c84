/** Any JSON; expressions find in it what they need. */
import { eventOf, textAt, type Received, type Told } from '../event.ts';

export function toldByAnybody({ headers, payload }: Received): Told[] {
  const of = (field: string) => textAt(payload, field);
  const event = eventOf({
    type: of('type') || of('event'),
    action: of('action'),
    repository: of('repository'),
    tag: of('tag'),
    digest: of('digest'),
    ref: of('ref'),
    ...(of('image') !== '' && { image: of('image') }),
  });
  return [{ id: headers['webhook-id'] ?? headers['idempotency-key'], event }];
}
