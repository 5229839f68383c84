/** The annotation of client-side `kubectl apply`, and how its owner moves to server-side apply without conflicts. */
import type { ObjectMeta } from '../meta.ts';
import { byteLength } from '../names.ts';
import { isPlain, type Plain } from '../plain.ts';
import { compare } from './compare.ts';
import { fieldSetOf } from './field-set.ts';
import { difference, type FieldSet } from './set.ts';
import type { StructType } from './type.ts';
import { typeErrors } from './validate.ts';

export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The only manager whose annotation is read and kept. */
export const lastAppliedManager = 'kubectl';

/** As much as all annotations of an object may have, keys included. */
const annotationsBytesMax = 256 * 1024;

/**
 * What `kubectl apply` applied before, as far as the object still has it: taking over these fields is no conflict.
 * Undefined without an annotation that could be used.
 */
export function lastAppliedFields(type: StructType, apiVersion: string, live: Plain): FieldSet | undefined {
  const text = annotationsOf(live)[lastAppliedAnnotation];
  if (!text || typeErrors(type, live).length > 0) return undefined;
  const last = parse(text);
  if (last?.apiVersion !== apiVersion || typeErrors(type, last).length > 0) return undefined;
  const { changed, removed } = compare(type, last, live);
  return difference(difference(fieldSetOf(type, last), changed), removed);
}

function parse(text: string): Plain | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPlain(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const annotationsOf = (object: Plain): Record<string, string> =>
  (object.metadata as Partial<ObjectMeta> | undefined)?.annotations ?? {};

/** Keeps the annotation of an object that has one up to date, so that client-side apply can go on from there. Changes `object`. */
export function updateLastApplied(object: Plain, configuration: Plain): void {
  const metadata = object.metadata as Partial<ObjectMeta> | undefined;
  if (!metadata?.annotations?.[lastAppliedAnnotation]) return;
  const annotations = {
    ...metadata.annotations,
    [lastAppliedAnnotation]: `${JSON.stringify(ordered(withoutAnnotation(configuration)))}\n`,
  };
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > annotationsBytesMax) delete (annotations as Record<string, string>)[lastAppliedAnnotation];
  object.metadata = { ...metadata, annotations };
}

function withoutAnnotation(configuration: Plain): Plain {
  const { metadata } = configuration;
  if (!isPlain(metadata) || !isPlain(metadata.annotations)) return configuration;
  const { [lastAppliedAnnotation]: _, ...annotations } = metadata.annotations;
  return { ...configuration, metadata: { ...metadata, annotations } };
}

/** Go writes the keys of maps in order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}
