/** Notifications of an OCI registry (distribution.github.io/distribution/about/notifications): envelopes of events. */
import { eventOf, listAt, textAt, type Received, type Told } from '../event.ts';

const manifestTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

/** The events about images, layers left out. `registry` is the name that clusters know it by, unless it says so itself. */
export const toldByRegistry =
  (registry: string | undefined) =>
  ({ payload }: Received): Told[] =>
    listAt(payload, 'events').flatMap((each) => {
      const repository = textAt(each, 'target', 'repository');
      const isImage = manifestTypes.has(textAt(each, 'target', 'mediaType')) || textAt(each, 'action') === 'delete';
      if (!isImage || repository === '') return [];
      const host = registry ?? textAt(each, 'request', 'host');
      const event = eventOf({
        type: textAt(each, 'action'),
        repository: host === '' ? repository : `${host}/${repository}`,
        tag: textAt(each, 'target', 'tag'),
        digest: textAt(each, 'target', 'digest'),
      });
      return [{ id: textAt(each, 'id') || undefined, event }];
    });
