import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Subject } from '../../machinery/status.ts';
import type { Entry, ObjectKey } from '../../storage/store.ts';

/** What errors about an object of a kind name: `pods "web-1"`. */
export const subjectOf = (resource: AnyResource, name: string): Subject => ({
  group: resource.group,
  resource: resource.plural,
  name,
});

export const keyFor = (resource: AnyResource, namespace: string, name: string): ObjectKey => ({
  resource: resource.resource,
  namespace: resource.namespaced ? namespace : '',
  name,
});

/** An entry that was not stored: what a dry run answers, or an object as it looked before. */
export function transientEntry(key: ObjectKey, object: KubeObject, revision = 0): Entry {
  let text: string | undefined;
  return {
    key,
    revision,
    object,
    get text() {
      return (text ??= JSON.stringify(object));
    },
  };
}
