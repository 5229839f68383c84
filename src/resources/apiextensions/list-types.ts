/** Rules for `x-kubernetes-list-type`, `-list-map-keys` and `-map-type`, with upstream's messages. */
import { itemsOf, type JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';

export function validateMapType(schema: JSONSchemaProps, path: string): FieldError[] {
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return [];
  const errors = validateTypeIs('object', 'x-kubernetes-map-type', schema, path);
  if (mapType !== 'atomic' && mapType !== 'granular')
    errors.push(fieldNotSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  return errors;
}

function validateTypeIs(wanted: string, because: string, { type = '' }: JSONSchemaProps, path: string): FieldError[] {
  if (type === wanted) return [];
  const why = `must be ${wanted} if ${because} is specified`;
  return [type === '' ? fieldRequired(`${path}.type`, why) : fieldInvalid(`${path}.type`, type, why)];
}

export function validateListType(schema: JSONSchemaProps, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const errors: FieldError[] = [];
  const at = `${path}.x-kubernetes-list-type`;
  if (listType !== undefined && schema.type !== 'array')
    errors.push(...validateTypeIs('array', 'x-kubernetes-list-type', schema, path));
  else if (listType === 'set') errors.push(...validateSetItems(schema, path));
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType))
    errors.push(fieldNotSupported(at, listType, ['atomic', 'set', 'map']));
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(listType === undefined ? fieldRequired(at, why) : fieldInvalid(at, listType, why));
  }
  if (listType === 'map') errors.push(...validateKeyedList(schema, keys, path));
  if (listType === 'map' || listType === 'set') errors.push(...validateItemsAndKeys(schema, listType, keys, path));
  return errors;
}

function validateSetItems(schema: JSONSchemaProps, path: string): FieldError[] {
  const items = itemsOf(schema);
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic')
    return [fieldInvalid(`${path}.items.x-kubernetes-list-type`, listType, why)];
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [fieldInvalid(`${path}.items.x-kubernetes-map-type`, listType, why)];
  return [];
}

function validateKeyedList(schema: JSONSchemaProps, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(fieldRequired(at, 'must not be empty if x-kubernetes-list-type is map'));
  if (schema.items === undefined) errors.push(fieldRequired(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  const items = itemsOf(schema);
  if (!items) return errors;
  const { type = '', properties = {} } = items;
  if (type !== 'object')
    return [...errors, fieldInvalid(`${path}.items.type`, type, "must be object if parent array's x-kubernetes-list-type is map")];
  for (const [i, key] of keys.entries()) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!property) errors.push(fieldInvalid(at, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object')
      errors.push(
        fieldInvalid(
          `${path}.items.properties[${key}].type`,
          type,
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      );
    if (keys.indexOf(key) < i) errors.push(fieldInvalid(at, keys, 'must not contain duplicate entries'));
  }
  return errors;
}

function validateItemsAndKeys(schema: JSONSchemaProps, listType: string, keys: readonly string[], path: string): FieldError[] {
  const items = itemsOf(schema);
  if (!items) return [];
  const errors: FieldError[] = [];
  if (items.nullable)
    errors.push(fieldForbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  if (listType !== 'map') return errors;
  for (const key of keys) {
    const property = items.properties && Object.hasOwn(items.properties, key) ? items.properties[key] : undefined;
    if (!property) continue;
    const at = `${path}.items.properties[${key}]`;
    const because = 'this property is in x-kubernetes-list-map-keys, so it';
    if (!items.required?.includes(key) && property.default === undefined)
      errors.push(fieldRequired(`${at}.default`, `${because} must have a default or be a required property`));
    if (property.nullable) errors.push(fieldForbidden(`${at}.nullable`, `${because} cannot be nullable`));
  }
  return errors;
}
