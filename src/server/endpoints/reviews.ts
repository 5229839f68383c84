import { Hono } from 'hono';
import { rfc3339 } from '../../lib/clock.ts';
import { kindSchema } from '../../machinery/meta.ts';
import { any, map, object, string, type TypeOf } from '../../machinery/schema.ts';
import { StatusError } from '../../machinery/status.ts';
import type { Bindings, ClusterApi, User } from '../api.ts';
import { decodeObject } from '../http/decode-body.ts';
import { jsonResponse } from '../http/respond.ts';
import { checkScope, type RequestVerb } from '../http/scope.ts';

const ReviewSchema = kindSchema('io.k8s.api.authentication.v1.SelfSubjectReview', { status: any });
const AccessReviewSchema = kindSchema('io.k8s.api.authorization.v1.SelfSubjectAccessReview', {
  spec: object('io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec', {
    nonResourceAttributes: map(string),
    resourceAttributes: object('io.k8s.api.authorization.v1.ResourceAttributes', {
      fieldSelector: any,
      group: string,
      labelSelector: any,
      name: string,
      namespace: string,
      resource: string,
      subresource: string,
      verb: string,
      version: string,
    }),
  }),
  status: any,
});
type AccessReview = TypeOf<typeof AccessReviewSchema>;
type ResourceAttributes = NonNullable<NonNullable<AccessReview['spec']>['resourceAttributes']>;

const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', schema: ReviewSchema };
const accessReview = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', schema: AccessReviewSchema };

/** What a user may ask about itself: who am I (`kubectl auth whoami`), may I (`kubectl auth can-i`). Nothing is stored. */
export function reviewRoutes(api: ClusterApi): Hono<{ Bindings: Bindings }> {
  const routes = new Hono<{ Bindings: Bindings }>();
  routes.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', async ({ req, env }) => {
    const asked = await decodeObject({ http: req.raw }, review, {});
    const { name, uid, groups } = env.user;
    const metadata = { creationTimestamp: rfc3339(api.clock.now()) };
    return answer({ ...asked, metadata, status: { userInfo: { username: name, ...(uid && { uid }), groups } } });
  });
  routes.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', async ({ req, env }) => {
    const asked = (await decodeObject({ http: req.raw }, accessReview, {})) as AccessReview;
    const attributes = asked.spec?.resourceAttributes;
    return answer({ ...asked, status: attributes ? verdict(api, env.user, attributes) : { allowed: true } });
  });
  return routes;
}

const answer = (object: unknown): Response => jsonResponse(JSON.stringify(object), 201);

function verdict(api: ClusterApi, user: User, attributes: ResourceAttributes): { allowed: boolean; reason?: string } {
  const { group = '', version = '', resource = '', subresource = '', namespace = '', name = '', verb = '' } = attributes;
  const known = api.scheme.resources.find((each) => each.plural === resource && each.group === group);
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
