import { rfc3339 } from '../../lib/clock.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { badRequest, conflict, fieldInvalid, invalid, notFound } from '../../machinery/status.ts';
import { payloadOf, type TokenBinding } from '../../machinery/token-claims.ts';
import {
  expirationSecondsDefault,
  TokenRequestSchema,
  validateExpiration,
  type TokenRequest,
} from '../../resources/authentication/tokenrequest.ts';
import { nodes } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { secrets } from '../../resources/core/secret.ts';
import { serviceAccounts, type ServiceAccount } from '../../resources/core/serviceaccount.ts';
import type { ClusterApi } from '../api.ts';
import { decodeObject } from '../http/decode-body.ts';
import { requestKey, requestWriteOptions, type Handler, type ResourceRequest } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { isOwnAudience } from '../tokens/review.ts';
import { admitRequest } from '../verbs/admit-request.ts';
import { matchNamespace } from '../verbs/create.ts';
import { transientEntry } from '../verbs/entry.ts';
import { get } from '../verbs/get.ts';
import { nameAndAge } from './columns.ts';

/** Fills in what the request leaves out, so that policies and webhooks see it. */
function complete(asked: TokenRequest, { api, path: { namespace, name }, address }: ResourceRequest): void {
  const account = api.committed.get(serviceAccounts, namespace, name);
  if (!account) return;
  const uid = asked.metadata.uid || account.metadata.uid;
  asked.metadata = { ...asked.metadata, name, namespace, uid, creationTimestamp: rfc3339(api.clock.now()) };
  const { audiences, expirationSeconds = expirationSecondsDefault } = (asked.spec ??= {} as TokenRequest['spec']);
  Object.assign(asked.spec, { audiences: audiences?.length ? audiences : [address], expirationSeconds });
}

const kind: BodyKind = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', schema: TokenRequestSchema };
const group = 'authentication.k8s.io';

/**
 * Kubelets ask for this lifetime when a pod says nothing; upstream then gives a year, and has the token count as stale after
 * the hour, so that programs which read their token only once go on working.
 */
const projectedSeconds = 3607;
const extendedSeconds = 365 * 24 * 3600;

/** POST of serviceaccounts/NAME/token: a token that ends, by itself and with the object that it is bound to. */
export const handleToken: Handler = async (request) => {
  const options = requestWriteOptions(request, 'CreateOptions');
  const { status: _, ...object } = (await decodeObject(request, kind, options)) as TokenRequest;
  const { name, namespace } = request.path;
  checkName(object, name);
  matchNamespace({ namespaced: true }, namespace, object);
  const admission = { operation: 'CREATE', subresource: 'token', object: object as TokenRequest } as const;
  const asked = await admitRequest(request.api, serviceAccounts, requestKey(request), admission, options, (asked) =>
    complete(asked, request),
  );
  const account = (await get(request.api, serviceAccounts, requestKey(request))).object as ServiceAccount;
  const { uid } = account.metadata;
  checkUid(asked, name, uid);

  const now = request.api.clock.now();
  const spec = asked.spec as TokenRequest['spec'] | undefined;
  const audiences = spec?.audiences?.length ? spec.audiences : [request.address];
  const expirationSeconds = spec?.expirationSeconds ?? expirationSecondsDefault;
  const errors = validateExpiration(expirationSeconds);
  if (errors.length > 0) throw invalid({ group, kind: 'TokenRequest', name: '' }, errors);
  const binding = { namespace, account: { name, uid }, ...boundTo(request.api, request, spec?.boundObjectRef) };
  const isProjected =
    binding.pod !== undefined &&
    expirationSeconds === projectedSeconds &&
    audiences.every((audience) => isOwnAudience(request.address, audience));

  const id = request.api.random.uuid();
  const token = await request.api.tokens.sign(
    payloadOf({
      issuer: request.address,
      audiences,
      id,
      now,
      expirationSeconds: isProjected ? extendedSeconds : expirationSeconds,
      ...(isProjected && { warnAfterSeconds: expirationSeconds }),
      binding,
    }),
  );
  request.audit?.annotations.set('authentication.kubernetes.io/issued-credential-id', `JTI=${id}`);
  const { labels, annotations } = asked.metadata;
  const metadata = { name, namespace, uid, creationTimestamp: rfc3339(now), labels, annotations };
  const answer = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: metadata as KubeObject['metadata'],
    spec: { audiences, boundObjectRef: spec?.boundObjectRef ?? null, expirationSeconds },
    status: { expirationTimestamp: rfc3339(new Date(now.getTime() + expirationSeconds * 1000)), token },
  };
  return respondEntry(request, transientEntry(requestKey(request), answer), 201, {
    columns: nameAndAge,
    schema: TokenRequestSchema,
  });
};

function checkName({ metadata }: TokenRequest, name: string): void {
  if (metadata.name && metadata.name !== name)
    throw invalid({ group, kind: 'TokenRequest', name }, [
      fieldInvalid('metadata.name', metadata.name, 'must match the service account name if specified'),
    ]);
}

function checkUid({ metadata }: TokenRequest, name: string, uid: string): void {
  if (metadata.uid && metadata.uid !== uid)
    throw conflict(
      { group, resource: 'TokenRequest', name },
      `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`,
    );
}

type ObjectRef = NonNullable<TokenRequest['spec']['boundObjectRef']>;

/** The object that a token is to be bound to. Throws 400, 404, 409 in upstream's words. */
function boundTo(
  { committed }: ClusterApi,
  { path }: ResourceRequest,
  ref: ObjectRef | undefined,
): Partial<Pick<TokenBinding, 'pod' | 'secret' | 'node'>> {
  if (!ref) return {};
  const { kind: refKind = '', name = '' } = ref;
  const { group: refGroup, version: refVersion } = groupVersionOf(ref.apiVersion ?? '');
  const find = <T extends KubeObject>(resource: AnyResource, namespace: string): T => {
    if (name === '') throw badRequest('Name parameter required.');
    const object = committed.get(resource, namespace, name);
    if (!object) throw notFound({ group: '', resource: resource.plural, name });
    return object as T;
  };
  const checked = ({ metadata: { uid } }: KubeObject) => {
    if (ref.uid && ref.uid !== uid)
      throw conflict(
        { group: '', resource: refKind, name },
        `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    return { name, uid };
  };
  switch (refGroup === '' ? refKind : '') {
    case 'Pod': {
      const pod = find<Pod>(pods, path.namespace);
      if (pod.spec.serviceAccountName !== path.name)
        throw badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(path.name)} to pod running with different serviceaccount name.`,
        );
      const { nodeName } = pod.spec;
      const uid = nodeName ? committed.get(nodes, '', nodeName)?.metadata.uid : undefined;
      return { pod: checked(pod), ...(nodeName && { node: { name: nodeName, ...(uid && { uid }) } }) };
    }
    case 'Node':
      return { node: checked(find(nodes, '')) };
    case 'Secret':
      return { secret: checked(find(secrets, path.namespace)) };
    default:
      throw badRequest(`cannot bind token to object of type ${refGroup}/${refVersion}, Kind=${refKind}`);
  }
}

/** A badly formed apiVersion is none, as upstream. */
function groupVersionOf(apiVersion: string): { group: string; version: string } {
  const [first = '', second, ...more] = apiVersion.split('/');
  if (second === undefined) return { group: '', version: first };
  return more.length > 0 ? { group: '', version: '' } : { group: first, version: second };
}
