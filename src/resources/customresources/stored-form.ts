/** Between what is stored of a custom resource and what its definition says now. */
import { limits } from '../../lib/limits.ts';
import { withoutManagedFields, type KubeObject, type ManagedFieldsEntry } from '../../machinery/meta.ts';
import type { Plain } from '../../machinery/plain.ts';
import type { StoredForm } from '../../machinery/resource.ts';
import { fullAllowance, withDefaults } from '../../machinery/structural/defaults.ts';
import { MalformedObject, prune } from '../../machinery/structural/prune.ts';
import { asResource, type JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { tooLarge } from '../../machinery/status.ts';
import type { WebhookConverter } from './conversion.ts';

/** The schemas of all versions, by apiVersion. */
export type SchemasByVersion = ReadonlyMap<string, JSONSchemaProps>;

/** The object without what the schema does not know. An embedded object that is none by now is shown as it is. */
function pruned(object: KubeObject, schema: JSONSchemaProps | undefined): KubeObject {
  try {
    return prune(object, asResource(schema ?? {})).value as KubeObject;
  } catch (error) {
    if (error instanceof MalformedObject) return object;
    throw error;
  }
}

/**
 * How a version is kept. Without a webhook, conversion changes nothing but `apiVersion` (the strategy None). What is read gets the
 * defaults of the version in which it is stored, and loses what either version does not know.
 */
export function storedForm(apiVersion: string, storageVersion: string, schemas: SchemasByVersion, webhook?: WebhookConverter): StoredForm {
  const convert = (object: KubeObject, to: string) => webhook?.convert(object, to) ?? inVersion(object, to);
  return {
    apiVersion: storageVersion,
    fromStored(object) {
      const own = schemas.get(object.apiVersion);
      if (webhook && object.apiVersion !== apiVersion) return pruned(webhook.convert(object, apiVersion), schemas.get(apiVersion));
      const read = withDefaults(pruned(object, own), own) as KubeObject;
      return object.apiVersion === apiVersion ? read : pruned(inVersion(read, apiVersion), schemas.get(apiVersion));
    },
    toStored: (object) =>
      object.apiVersion === storageVersion
        ? object
        : pruned(convert(object, storageVersion), schemas.get(storageVersion)),
    ...(webhook && { require: (stored) => webhook.require(stored, apiVersion) }),
  };
}

/** The object in another version. Its managers manage the same fields there. */
export function inVersion(object: KubeObject, apiVersion: string): KubeObject {
  const { managedFields } = object.metadata;
  const moved = { ...(managedFields ? withoutManagedFields(object) : object), apiVersion };
  if (!managedFields) return moved;
  const entry = (each: ManagedFieldsEntry): ManagedFieldsEntry => ({ ...each, apiVersion });
  return { ...moved, metadata: { ...moved.metadata, managedFields: managedFields.map(entry) } };
}

/** Fills in the defaults of a schema. Changes the object, whose parts may be shared. Throws 413 if they are too much. */
export function fillInDefaults(object: KubeObject, schema: JSONSchemaProps | undefined): void {
  const allowance = fullAllowance();
  const filled = withDefaults(object, schema, allowance) as unknown as Plain;
  if (allowance.left < 0) throw tooLarge(`Request entity too large: with its defaults the object is larger than ${limits.objectBytes} bytes`);
  if (filled !== (object as unknown as Plain)) Object.assign(object, filled);
}
