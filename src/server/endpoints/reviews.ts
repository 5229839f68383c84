import { Hono } from 'hono';
import { rfc3339 } from '../../lib/clock.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import type { TypeMeta } from '../../machinery/protobuf/envelope.ts';
import type { TypeOf } from '../../machinery/schema.ts';
import { StatusError } from '../../machinery/status.ts';
import type { Bindings, ClusterApi, User } from '../api.ts';
import { decodeObject } from '../http/decode-body.ts';
import { negotiate } from '../http/accept.ts';
import { allEncodings } from '../http/protobuf.ts';
import { objectResponse } from '../http/respond.ts';
import { checkScope, type RequestVerb } from '../http/scope.ts';
import { SelfSubjectAccessReviewSchema, SelfSubjectReviewSchema } from './review-schemas.ts';

type AccessReview = TypeOf<typeof SelfSubjectAccessReviewSchema>;
type ResourceAttributes = NonNullable<NonNullable<AccessReview['spec']>['resourceAttributes']>;

const review: BodyKind = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', schema: SelfSubjectReviewSchema };
const accessReview: BodyKind = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  schema: SelfSubjectAccessReviewSchema,
};

/** What a user may ask about itself: who am I (`kubectl auth whoami`), may I (`kubectl auth can-i`). Nothing is stored. */
export function reviewRoutes(api: ClusterApi): Hono<{ Bindings: Bindings }> {
  const routes = new Hono<{ Bindings: Bindings }>();
  routes.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', async ({ req, env }) => {
    const asked = await decodeObject({ http: req.raw }, review, {});
    const { name, uid, groups } = env.user;
    const metadata = { creationTimestamp: rfc3339(api.clock.now()) };
    return answer(req.raw, review, { ...asked, metadata, status: { userInfo: { username: name, ...(uid && { uid }), groups } } });
  });
  routes.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', async ({ req, env }) => {
    const asked = (await decodeObject({ http: req.raw }, accessReview, {})) as AccessReview;
    const attributes = asked.spec?.resourceAttributes;
    return answer(req.raw, accessReview, {
      ...asked,
      status: attributes ? verdict(api, env.user, attributes) : { allowed: true },
    });
  });
  return routes;
}

function answer(request: Request, { schema }: BodyKind, object: TypeMeta & Record<string, unknown>): Response {
  const { encoding } = negotiate(request.headers.get('accept'), allEncodings, ['object']);
  return objectResponse(encoding, schema, object, 201);
}

function verdict(api: ClusterApi, user: User, attributes: ResourceAttributes): { allowed: boolean; reason?: string } {
  const { group = '', version = '', resource = '', subresource = '', namespace = '', name = '', verb = '' } = attributes;
  const known = api.scheme.served.find((each) => each.plural === resource && each.group === group);
  const kind = known ?? { resource, namespaced: namespace !== '' };
  const path = {
    group,
    version,
    resource,
    subresource,
    namespace: kind.namespaced ? namespace : '',
    name,
    rest: [],
    watch: false,
  };
  try {
    checkScope(user, verb as RequestVerb, path, kind);
    return { allowed: true };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { allowed: false, reason: error.message };
  }
}
