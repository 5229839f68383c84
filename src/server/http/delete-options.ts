import { decodeValue } from '../../machinery/decode.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { DeleteOptionsSchema } from '../../machinery/openapi/common.ts';
import { parseProtobufBody } from '../../machinery/protobuf/body.ts';
import type { TypeOf } from '../../machinery/schema.ts';
import { badRequest, fieldInvalid, fieldNotSupported, invalid, type FieldError } from '../../machinery/status.ts';
import type { DeleteOptions, PropagationPolicy } from '../verbs/deletion.ts';
import { bodyEncoding, readBytes } from './body.ts';
import { decodeYaml } from './decode-body.ts';
import { booleanParameter, dryRunOf, integerParameter } from './options.ts';
import { protobuf } from './protobuf.ts';
import type { ResourceRequest } from './request.ts';

type DeleteOptionsObject = TypeOf<typeof DeleteOptionsSchema>;

const deleteOptionsKind = { apiVersion: 'v1', kind: 'DeleteOptions', schema: DeleteOptionsSchema };

export interface Deletion {
  options: DeleteOptions;
  dryRun: boolean;
}

/** The options of a deletion: from the body if there is one, else from the query. Throws 400, 413, 415, 422. */
export async function decodeDeleteOptions({ http, query }: Pick<ResourceRequest, 'http' | 'query'>): Promise<Deletion> {
  const body = await readBytes(http);
  return deleteOptionsOf(body.length === 0 ? fromQuery(query) : fromBody(http, body));
}

const utf8 = new TextDecoder();

function fromBody(http: Request, body: Uint8Array): DeleteOptionsObject {
  const value = parseBody(http, body);
  // DeleteOptions exist in every group's versions, for historic reasons, and are the same in all of them.
  if (typeof value === 'object' && value !== null) delete (value as { apiVersion?: unknown }).apiVersion;
  const kind = deleteOptionsKind as unknown as Parameters<typeof decodeValue<KubeObject>>[0];
  return decodeValue(kind, value, { fieldValidation: 'Ignore' }) as DeleteOptionsObject;
}

function parseBody(http: Request, body: Uint8Array): unknown {
  switch (bodyEncoding(http, DeleteOptionsSchema)) {
    case 'protobuf':
      return parseProtobufBody(protobuf, deleteOptionsKind, body);
    case 'yaml':
      return decodeYaml(utf8.decode(body), { fieldValidation: 'Ignore' });
    case 'json':
      try {
        return JSON.parse(utf8.decode(body)) as unknown;
      } catch {
        throw badRequest("couldn't get version/kind; json parse error: the body is not valid JSON");
      }
  }
}

const none: DeleteOptionsObject = {};

function fromQuery(query: URLSearchParams): DeleteOptionsObject {
  if (query.size === 0) return none;
  return {
    dryRun: query.getAll('dryRun'),
    gracePeriodSeconds: integerParameter(query, 'gracePeriodSeconds'),
    orphanDependents: booleanParameter(query, 'orphanDependents'),
    propagationPolicy: query.get('propagationPolicy') || undefined,
  };
}

/** Checks options. Throws 422 with every cause. */
export function deleteOptionsOf(given: DeleteOptionsObject): Deletion {
  const { dryRun = [], gracePeriodSeconds, orphanDependents, preconditions, propagationPolicy } = given;
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined)
    errors.push(
      fieldInvalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  if (propagationPolicy !== undefined && !isPolicy(propagationPolicy))
    errors.push(fieldNotSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil']));
  const isDryRun = dryRunOf(dryRun, errors);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', name: '' }, errors);
  const options: DeleteOptions = {
    gracePeriodSeconds,
    orphanDependents,
    preconditions,
    propagationPolicy: propagationPolicy as PropagationPolicy | undefined,
  };
  return { options, dryRun: isDryRun };
}

const isPolicy = (value: string): value is PropagationPolicy =>
  value === 'Foreground' || value === 'Background' || value === 'Orphan';
