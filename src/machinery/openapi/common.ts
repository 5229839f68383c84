/** Types of meta.v1 that every group uses besides its kinds. Facts: OpenAPI of Kubernetes 1.36. */
import { kindSchema } from '../meta.ts';
import { boolean, field, int32, int64, list, object, string, any, required, type ObjectSchema } from '../schema.ts';

const meta = (name: string) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
const typeMeta = { apiVersion: string, kind: string };

export const ListMetaSchema = object(meta('ListMeta'), {
  continue: field(string, { doc: 'Where the next page starts; send it back to get it.' }),
  remainingItemCount: field(int64, { doc: 'How many objects come after this page.' }),
  resourceVersion: field(string, { doc: 'The revision that the list is the state of.' }),
  selfLink: string,
});

const StatusCauseSchema = object(meta('StatusCause'), { field: string, message: string, reason: string });

const StatusDetailsSchema = object(meta('StatusDetails'), {
  causes: list(StatusCauseSchema),
  group: string,
  kind: string,
  name: string,
  retryAfterSeconds: int32,
  uid: string,
});

export const StatusSchema = object(meta('Status'), {
  ...typeMeta,
  code: field(int32, { doc: 'The HTTP status code.' }),
  details: StatusDetailsSchema,
  message: field(string, { doc: 'What went wrong, for people.' }),
  metadata: ListMetaSchema,
  reason: field(string, { doc: 'What went wrong, for machines.' }),
  status: field(string, { doc: 'Success or Failure.' }),
});

const PreconditionsSchema = object(meta('Preconditions'), { resourceVersion: string, uid: string });

export const DeleteOptionsSchema = object(meta('DeleteOptions'), {
  ...typeMeta,
  dryRun: list(string),
  gracePeriodSeconds: field(int64, { doc: 'How long the object may take to end; 0 ends it at once.' }),
  ignoreStoreReadErrorWithClusterBreakingPotential: boolean,
  orphanDependents: boolean,
  preconditions: PreconditionsSchema,
  propagationPolicy: field(string, { doc: 'What becomes of dependents: Orphan, Background or Foreground.' }),
});

export const WatchEventSchema = object(meta('WatchEvent'), { object: required(any), type: required(string) });

export const PatchSchema = object(meta('Patch'), {});

/** What a client gets of an object when it asks for metadata only. */
export const PartialObjectMetadataSchema = kindSchema(meta('PartialObjectMetadata'), {});

/** The list of a kind. */
export const listSchemaOf = (schema: ObjectSchema): ObjectSchema =>
  object(`${schema.name}List`, { ...typeMeta, items: required(list(schema)), metadata: ListMetaSchema }) as ObjectSchema;
