/** Between versions of a kind that a webhook converts (the strategy Webhook). */
import type { KubeObject, ObjectMeta } from '../../machinery/meta.ts';
import type { CustomResourceConversion } from '../apiextensions/customresourcedefinition.ts';
import { inVersion } from './stored-form.ts';

type ClientConfig = NonNullable<NonNullable<CustomResourceConversion['webhook']>['clientConfig']>;

/**
 * What a webhook has converted so far. It is asked by whoever can wait: objects that are not known in a version are thrown
 * as `Unconverted`, and asked for again when they are.
 */
export class WebhookConverter {
  readonly client: ClientConfig;
  /** The version of ConversionReview to speak: `apiextensions.k8s.io/v1`. */
  readonly reviewVersion: string;
  /** Of stored objects, which stay the same for as long as they are stored. */
  readonly #stored = new WeakMap<KubeObject, Map<string, KubeObject>>();
  /** Of objects that are about to be written, by their text. */
  readonly #written = new Map<string, KubeObject>();

  constructor(client: ClientConfig, reviewVersions: readonly string[]) {
    this.client = client;
    this.reviewVersion = `apiextensions.k8s.io/${reviewVersions.find((version) => version === 'v1' || version === 'v1beta1') ?? 'v1'}`;
  }

  /** The object in a version. Throws `Unconverted`. */
  convert(object: KubeObject, apiVersion: string): KubeObject {
    const converted = this.#find(object, apiVersion);
    if (!converted) throw new Unconverted(this, [object], apiVersion);
    return converted;
  }

  /** Throws `Unconverted` for all that are not known in a version, so that they are asked for together. */
  require(objects: readonly KubeObject[], apiVersion: string): void {
    const missing = objects.filter((object) => object.apiVersion !== apiVersion && !this.#find(object, apiVersion));
    if (missing.length > 0) throw new Unconverted(this, missing, apiVersion);
  }

  /** Takes in what the webhook made of an object. Its metadata stays, but for labels and annotations. */
  keep(object: KubeObject, converted: KubeObject, apiVersion: string): void {
    const { labels, annotations } = converted.metadata as Partial<ObjectMeta>;
    const { labels: _labels, annotations: _annotations, ...metadata } = inVersion(object, apiVersion).metadata;
    const result: KubeObject = {
      ...converted,
      metadata: { ...metadata, ...(labels && { labels }), ...(annotations && { annotations }) },
    };
    let versions = this.#stored.get(object);
    if (!versions) this.#stored.set(object, (versions = new Map()));
    versions.set(apiVersion, result);
    if (this.#written.size >= writtenMax) this.#written.clear();
    this.#written.set(textKey(object, apiVersion), result);
  }

  #find(object: KubeObject, apiVersion: string): KubeObject | undefined {
    return this.#stored.get(object)?.get(apiVersion) ?? this.#written.get(textKey(object, apiVersion));
  }
}

/** Writes whose conversion is remembered until they are tried again. */
const writtenMax = 64;

const textKey = (object: KubeObject, apiVersion: string) => `${apiVersion}\n${JSON.stringify(object)}`;

/** Objects are needed in a version in which nobody has them yet. */
export class Unconverted extends Error {
  readonly converter: WebhookConverter;
  readonly objects: readonly KubeObject[];
  readonly apiVersion: string;

  constructor(converter: WebhookConverter, objects: readonly KubeObject[], apiVersion: string) {
    super(`${objects.length} objects have to be converted to ${apiVersion}`);
    this.name = 'Unconverted';
    this.converter = converter;
    this.objects = objects;
    this.apiVersion = apiVersion;
  }
}
