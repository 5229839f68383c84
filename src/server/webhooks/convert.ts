/** Has webhooks convert custom resources, for whatever needs them in another version. */
import { seededRandom } from '../../lib/random.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { isPlain } from '../../machinery/plain.ts';
import { StatusError } from '../../machinery/status.ts';
import { Unconverted } from '../../resources/customresources/conversion.ts';
import type { Entry } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import { inForm } from '../verbs/entry.ts';
import { WebhookUnreachable } from './client.ts';

const timeoutMs = 30_000;
/** An attempt may find another object that has to be converted; not without end. */
const attemptsMax = 6;

/**
 * Does something that may need conversions: is begun again when they are there. From then on it is done at one moment and
 * with the same chance, so that a new object is the same one each time.
 */
export async function withConversions<T>(api: ClusterApi, attempt: (api: ClusterApi) => Promise<T>): Promise<T> {
  let pinned: (() => ClusterApi) | undefined;
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(pinned?.() ?? api);
    } catch (error) {
      if (!(error instanceof Unconverted) || attempts === attemptsMax) throw error;
      pinned ??= pin(api);
      await convert(api, error);
    }
  }
}

/** An entry that was just written, when it can be shown in the version of a kind. It is: the write is not done again for that. */
export async function shownIn(api: ClusterApi, resource: Pick<AnyResource, 'storedForm'>, entry: Entry): Promise<Entry> {
  if (resource.storedForm?.require) await withConversions(api, async () => inForm(resource, entry));
  return entry;
}

function pin(api: ClusterApi): () => ClusterApi {
  const now = api.clock.now();
  const seed = Math.floor(api.random.next() * 2 ** 31);
  return () => ({ ...api, clock: { now: () => now }, random: seededRandom(seed) });
}

async function convert(api: ClusterApi, { converter, objects, apiVersion }: Unconverted): Promise<void> {
  const [first] = objects;
  const fail = (why: string) => {
    const { apiVersion: from, kind } = first!;
    return new StatusError('', `conversion webhook for ${from}, Kind=${kind} failed: ${why}`);
  };
  const uid = api.random.uuid();
  const review = {
    kind: 'ConversionReview',
    apiVersion: converter.reviewVersion,
    request: { uid, desiredAPIVersion: apiVersion, objects },
  };
  const { url, service, caBundle } = converter.client;
  const address = { ...(url !== undefined && { url }), ...(service && { service }), ...(caBundle !== undefined && { caBundle }) };
  let answer: { status: number; body: string };
  try {
    answer = await api.webhooks.post({ ...address, body: JSON.stringify(review), timeoutMs });
  } catch (error) {
    if (error instanceof WebhookUnreachable) throw fail(error.message);
    throw error;
  }
  if (answer.status < 200 || answer.status >= 300) throw fail(`the server answered ${answer.status}`);
  const converted = convertedObjects(answer.body, uid, fail);
  if (converted.length !== objects.length)
    throw fail(`returned ${converted.length} objects, expected ${objects.length}`);
  for (const [i, object] of objects.entries()) converter.keep(object, checked(converted[i], object, apiVersion, i, fail), apiVersion);
}

type Fail = (why: string) => StatusError;

/** What a review says; its metadata is not looked at, as upstream. */
function convertedObjects(text: string, uid: string, fail: Fail): readonly unknown[] {
  let review: unknown;
  try {
    review = JSON.parse(text);
  } catch {
    throw fail('the answer is no JSON');
  }
  const response = isPlain(review) ? review.response : undefined;
  if (!isPlain(response)) throw fail('no response provided');
  if (response.uid !== uid) throw fail(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`);
  const result = isPlain(response.result) ? response.result : {};
  if (result.status !== 'Success')
    throw fail(typeof result.message === 'string' && result.message !== '' ? result.message : 'response.result.status was not Success');
  return Array.isArray(response.convertedObjects) ? response.convertedObjects : [];
}

/** The object that a webhook made of another: in the wanted version, and still the same one. */
function checked(converted: unknown, object: KubeObject, apiVersion: string, i: number, fail: Fail): KubeObject {
  if (!isPlain(converted) || !isPlain(converted.metadata)) throw fail(`response.convertedObjects[${i}] is no object`);
  if (converted.apiVersion !== apiVersion || converted.kind !== object.kind)
    throw fail(`returned invalid converted object at index ${i}: invalid groupVersion or kind (expected ${apiVersion}, ${object.kind})`);
  for (const field of ['name', 'namespace', 'uid'] as const)
    if ((converted.metadata[field] ?? '') !== (object.metadata[field] ?? ''))
      throw fail(`returned invalid metadata in object at index ${i}: must not change metadata.${field}`);
  return converted as unknown as KubeObject;
}
