import type { Bindings, ClusterApi } from './api.ts';
import { dispatch } from './dispatch.ts';
import { toStatusError } from './errors.ts';
import { actingUser } from './http/acting-user.ts';
import { authorize } from './http/authorize.ts';
import { parseResourcePath } from './http/path.ts';
import { prettified, wantsPretty } from './http/pretty.ts';
import { setFlowHeaders } from './flowcontrol/headers.ts';
import { withSeat, type Fairness } from './flowcontrol/request.ts';
import { errorResponse } from './http/respond.ts';
import { logFailure } from './log-failure.ts';
import type { RequestMetrics } from './metrics/requests.ts';

/** Answers one request of a cluster. Never rejects. */
export type Answerer = (request: Request, env: Bindings) => Promise<Response>;

/** Every answer has one: the client's own as it is if it sent one, so that its logs and ours can be put together. */
export const auditIdHeader = 'audit-id';

/**
 * What every request goes through, in order: it is counted; found out is as whom it is carried out; it gets a seat, if
 * `among` says how requests share them; if it is about a resource it is dispatched, else the authorizer is asked and `routes`
 * answer; whatever is thrown becomes a Status; the answer is written for people if they want that, says what its request was
 * sorted into, gets an audit id, and is counted. One function, because all of it is on the way of every request.
 */
export const answerer =
  (api: ClusterApi, metrics: RequestMetrics, routes: Answerer, among?: Fairness): Answerer =>
  async (request, env) => {
    const { method, headers } = request;
    const startedMs = api.clock.now().getTime();
    metrics.started(method);
    let response: Response;
    try {
      response = await carryOut(api, routes, among, request, env);
    } catch (error) {
      logFailure(error);
      if (env.audit) env.audit.failure = error;
      response = errorResponse(toStatusError(error), headers.get('accept'), env.warnings);
    }
    if (wantsPretty(request)) response = await prettified(response);
    if (env.flow) setFlowHeaders(response.headers, env.flow);
    response.headers.set(auditIdHeader, headers.get(auditIdHeader) || api.random.uuid());
    const seconds = (api.clock.now().getTime() - startedMs) / 1_000;
    metrics.answered({ http: request, about: env.about, status: response.status, seconds });
    return response;
  };

function carryOut(
  api: ClusterApi,
  routes: Answerer,
  among: Fairness | undefined,
  request: Request,
  env: Bindings,
): Promise<Response> {
  const { url, method } = request;
  const question = url.indexOf('?');
  // Behind the scheme and the host.
  const pathname = url.slice(url.indexOf('/', url.indexOf('//') + 2), question < 0 ? undefined : question);
  const user = (env.user = actingUser(api, request, env.user, env.audit));
  const path = parseResourcePath(pathname);
  const search = question < 0 ? '' : url.slice(question + 1);
  const work = async (): Promise<Response> => {
    if (path) return dispatch(api, request, path, search, env);
    authorize(api, { user, verb: method.toLowerCase(), path: pathname }, env.audit);
    return routes(request, env);
  };
  return among ? withSeat(among, { user, method, pathname, path, search }, env, work) : work();
}
