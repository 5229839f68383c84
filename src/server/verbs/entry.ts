import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { StoredForm } from '../../machinery/resource.ts';
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

/** Entries in the form that is served now, by the form. Most stored objects are in that form, and then the entry is the same. */
const formed = new WeakMap<StoredForm, WeakMap<Entry, Entry>>();

/** A stored entry as its kind is now: custom resources may be older than their definition. */
export function inForm({ storedForm }: Pick<AnyResource, 'storedForm'>, entry: Entry): Entry {
  if (!storedForm) return entry;
  let known = formed.get(storedForm);
  if (!known) formed.set(storedForm, (known = new WeakMap()));
  let form = known.get(entry);
  if (!form) {
    const object = storedForm.fromStored(entry.object);
    form = object === entry.object ? entry : transientEntry(entry.key, object, entry.revision);
    known.set(entry, form);
    // It is in that form by now.
    if (form !== entry) known.set(form, form);
  }
  return form;
}

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
