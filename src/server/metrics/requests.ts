import { Counter, Histogram, Readings, type Count, type Distribution, type MetricsRegistry } from '../../lib/metrics.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { RequestAbout } from '../api.ts';
import { applyPatchType } from '../http/decode-patch.ts';
import { mediaTypeOf } from '../http/body.ts';
import { longRunningSubresources } from '../http/timeout.ts';

/** Upstream's bounds, which its service levels are measured with. */
const durationBounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const labels = ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];
const watchLabels = labels.filter((label) => label !== 'dry_run');
const component = 'apiserver';

/** Verbs as metrics have always named them: by the method, except for what GET and PATCH may be. */
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);

/** A request that was answered. */
export interface Answered {
  http: Request;
  /** Absent for what is about no resource that there is. */
  about: RequestAbout | undefined;
  status: number;
  seconds: number;
}

interface Series {
  count: Count;
  duration: Distribution;
}

/**
 * Counts requests, under upstream's names. Label values are those of kinds, verbs and codes that there are: what a client
 * makes up is counted without them.
 */
export class RequestMetrics {
  readonly #counter: Counter;
  readonly #duration: Histogram;
  /** By everything that makes a series, so that a request costs one look here. */
  readonly #series = new Map<string, Series>();
  readonly #inFlight = { readOnly: 0, mutating: 0 };

  constructor(registry: MetricsRegistry) {
    this.#counter = registry.add(
      new Counter({ name: 'apiserver_request_total', help: 'Requests that were answered.', labels: [...labels, 'code'] }),
    );
    this.#duration = registry.add(
      new Histogram({
        name: 'apiserver_request_duration_seconds',
        help: 'How long answers took. Clocks stand still while a cluster computes: this is time spent waiting.',
        labels,
        bounds: durationBounds,
      }),
    );
    registry.add(
      new Readings({ name: 'apiserver_current_inflight_requests', help: 'Requests under way.', labels: ['request_kind'] }, () => [
        [['mutating'], this.#inFlight.mutating],
        [['readOnly'], this.#inFlight.readOnly],
      ]),
    );
  }

  started(method: string): void {
    this.#inFlight[kindOf(method)]++;
  }

  answered({ http, about, status, seconds }: Answered): void {
    this.#inFlight[kindOf(http.method)]--;
    const { count, duration } = about
      ? this.#seriesAbout(about, http, status)
      : this.#seriesOf(methodOf(http), '', noResource, '', '', status);
    count.add();
    duration.observe(seconds);
  }

  /** A watch was accepted, or refused with that status. Its answer is a stream, which takes as long as it takes. */
  watchStarted(resource: AnyResource | undefined, namespace: string, status: number): void {
    const scope = resource ? (namespace ? 'namespace' : 'cluster') : '';
    this.#seriesOf('WATCH', '', resource ?? noResource, '', scope, status).count.add();
  }

  #seriesAbout({ verb, path, resource, query }: RequestAbout, http: Request, status: number): Series {
    const { name, namespace, subresource } = path;
    const scope = name || verb === 'create' ? 'resource' : namespace ? 'namespace' : 'cluster';
    const dryRun = query.size > 0 && query.has('dryRun') ? 'All' : '';
    const metricVerb = longRunningSubresources.has(subresource)
      ? 'CONNECT'
      : verb === 'list'
        ? 'LIST'
        : verb === 'watch'
          ? 'WATCH'
          : verb === 'patch' && mediaTypeOf(http.headers.get('content-type')) === applyPatchType
            ? 'APPLY'
            : methodOf(http);
    return this.#seriesOf(metricVerb, dryRun, resource, subresource, scope, status);
  }

  #seriesOf(
    verb: string,
    dryRun: string,
    { group, version, plural }: Pick<AnyResource, 'group' | 'version' | 'plural'>,
    subresource: string,
    scope: string,
    status: number,
  ): Series {
    const key = `${verb} ${dryRun} ${group} ${version} ${plural} ${subresource} ${scope} ${status}`;
    let series = this.#series.get(key);
    if (!series) {
      const values = [verb, dryRun, group, version, plural, subresource, scope, component];
      series = { count: this.#counter.of(...values, String(status)), duration: this.#duration.of(...values) };
      this.#series.set(key, series);
    }
    return series;
  }
}

const noResource = { group: '', version: '', plural: '' };
const methodOf = ({ method }: Request) => (method === 'HEAD' ? 'GET' : methods.has(method) ? method : 'OTHER');
const kindOf = (method: string) => (method === 'GET' || method === 'HEAD' ? 'readOnly' : 'mutating');

/** Watches that are open, as upstream shows long-running requests. `watches` are what is watched, and how often. */
export function watchReadings(watches: () => Iterable<{ resource: AnyResource; namespace: string; count: number }>): Readings {
  const description = {
    name: 'apiserver_longrunning_requests',
    help: 'Watches that are open.',
    labels: watchLabels,
  };
  return new Readings(description, function* () {
    for (const { resource, namespace, count } of watches())
      yield [
        ['WATCH', resource.group, resource.version, resource.plural, '', namespace ? 'namespace' : 'cluster', component],
        count,
      ];
  });
}
