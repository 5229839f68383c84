/** Types of meta.v1 that every group uses besides its kinds. Facts: OpenAPI of Kubernetes 1.36. */
import { kindSchema } from '../meta.ts';
import { boolean, field, int32, int64, list, object, string, any, required, type ObjectSchema } from '../schema.ts';

const meta = (name: string) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
const typeMeta = { apiVersion: field(string, { doc: 'Always v1.' }), kind: field(string, { doc: 'Always Status.' }) };

export const ListMetaSchema = object(meta('ListMeta'), {
  continue: field(string, { doc: 'Where the next page starts; send it back to get it.' }),
  remainingItemCount: field(int64, { doc: 'How many objects come after this page.' }),
  resourceVersion: field(string, { doc: 'The revision that the list is the state of.' }),
  selfLink: field(string, { doc: 'Not filled in any more.' }),
});

const StatusCauseSchema = object(meta('StatusCause'), {
  field: field(string, { doc: 'The field that is meant, as spec.replicas or items[0].name.' }),
  message: field(string, { doc: 'What is wrong with it, for people.' }),
  reason: field(string, { doc: 'What is wrong with it, for machines.' }),
});

const StatusDetailsSchema = object(meta('StatusDetails'), {
  causes: field(list(StatusCauseSchema), { doc: 'The single errors.' }),
  group: field(string, { doc: 'The group of the kind.' }),
  kind: field(string, { doc: 'The kind, or resource, that the request was about.' }),
  name: field(string, { doc: 'The name of the object that the request was about.' }),
  retryAfterSeconds: field(int32, { doc: 'How many seconds to wait before the request is sent again.' }),
  uid: field(string, { doc: 'The uid of the object.' }),
});

export const StatusSchema = object(meta('Status'), {
  ...typeMeta,
  code: field(int32, { doc: 'The HTTP status code.' }),
  details: field(StatusDetailsSchema, { doc: 'More about what went wrong, by reason.' }),
  message: field(string, { doc: 'What went wrong, for people.' }),
  metadata: field(ListMetaSchema, { doc: 'Where the answer comes from.' }),
  reason: field(string, { doc: 'What went wrong, for machines.' }),
  status: field(string, { doc: 'Success or Failure.' }),
});

const PreconditionsSchema = object(meta('Preconditions'), {
  resourceVersion: field(string, { doc: 'Delete the object only if it is of this revision.' }),
  uid: field(string, { doc: 'Delete the object only if it has this uid.' }),
});

export const DeleteOptionsSchema = object(meta('DeleteOptions'), {
  ...typeMeta,
  dryRun: field(list(string), { doc: 'All: everything is checked and nothing is deleted.' }),
  gracePeriodSeconds: field(int64, {
    doc: 'How many seconds the object may take to end; 0 ends it at once. Up to the object if left out.',
  }),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(boolean, {
    doc: 'Deletes an object even if it cannot be read from storage.',
  }),
  orphanDependents: field(boolean, { doc: 'Replaced by propagationPolicy. true leaves dependents alone.' }),
  preconditions: field(PreconditionsSchema, { doc: 'What must be true of the object, or else it is not deleted.' }),
  propagationPolicy: field(string, { doc: 'What becomes of dependents: Orphan, Background or Foreground.' }),
});

export const WatchEventSchema = object(meta('WatchEvent'), {
  object: required(any, { doc: 'The object after the change, before its deletion, or a Status for an error.' }),
  type: required(string, { doc: 'ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.' }),
});

export const PatchSchema = object(meta('Patch'), {});

/** What a client gets of an object when it asks for metadata only. */
export const PartialObjectMetadataSchema = kindSchema(meta('PartialObjectMetadata'), {});

/** The list of a kind; `listKind` is that of the list where it is not the kind's with `List` behind it. */
export const listSchemaOf = (schema: ObjectSchema, listKind?: string): ObjectSchema =>
  object(listKind ? schema.name.replace(/[^.]*$/, () => listKind) : `${schema.name}List`, { ...typeMeta, items: required(list(schema)), metadata: ListMetaSchema }) as ObjectSchema;
