import { countKeysInText, countKeysInValue } from '../../machinery/decode/json.ts';
import { MalformedValue } from '../../machinery/decode/scalars.ts';
import { checkValueCount } from '../../machinery/decode.ts';
import { badRequest } from '../../machinery/status.ts';
import type { WriteOptions } from '../api.ts';
import { readBody } from './body.ts';
import type { ResourceRequest } from './request.ts';
import { MalformedYaml, parseYaml } from './yaml.ts';

/**
 * The body of an apply: YAML, or JSON, which is YAML too and what most clients send. Keys that appear twice are refused or
 * warned about, as `fieldValidation` says. Throws 400, 413.
 */
export async function decodeApply(request: Pick<ResourceRequest, 'http'>, options: WriteOptions): Promise<unknown> {
  const text = await readBody(request.http);
  const value = parseJsonBody(text) ?? decodeYaml(text, options);
  checkValueCount(value, text.length);
  return value;
}

/** The value of a text that is JSON without double keys; undefined for any other. */
function parseJsonBody(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return countKeysInText(text) === countKeysInValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function decodeYaml(text: string, { fieldValidation, warnings }: WriteOptions): unknown {
  try {
    const { value, duplicate } = parseYaml(text);
    if (duplicate && fieldValidation !== 'Ignore') {
      const where = `  line ${duplicate.line}: key ${JSON.stringify(duplicate.key)} already set in map`;
      const problem = ['error converting YAML to JSON: yaml: unmarshal errors:', where].join('\n');
      if (fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: ${problem}`);
      warnings?.push(problem);
    }
    // Bounds the depth.
    countKeysInValue(value);
    return value;
  } catch (error) {
    if (error instanceof MalformedYaml) throw undecodable(`yaml: ${error.message}`);
    throw error instanceof MalformedValue ? undecodable(error.message) : error;
  }
}

const undecodable = (why: string) => badRequest(`error decoding YAML: ${why}`);
