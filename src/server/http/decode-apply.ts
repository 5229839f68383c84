import { parseDocument, type YAMLParseError } from 'yaml';
import { countKeysInText, countKeysInValue } from '../../machinery/decode/json.ts';
import { badRequest } from '../../machinery/status.ts';
import type { WriteOptions } from '../api.ts';
import { readBody } from './body.ts';
import type { ResourceRequest } from './request.ts';

/**
 * The body of an apply: YAML, or JSON, which is YAML too and what most clients send. Keys that appear twice are refused or
 * warned about, as `fieldValidation` says. Throws 400, 413.
 */
export async function decodeApply(request: Pick<ResourceRequest, 'http'>, options: WriteOptions): Promise<unknown> {
  const text = await readBody(request.http);
  return parseJsonBody(text) ?? parseYamlBody(text, options);
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

function parseYamlBody(text: string, { fieldValidation, warnings }: WriteOptions): unknown {
  const document = parseDocument(text);
  const duplicates = document.errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  if (broken) throw undecodable(`yaml: ${broken.message.split('\n', 1)[0]}`);
  if (duplicates.length > 0 && fieldValidation !== 'Ignore') {
    const lines = duplicates.map(
      (error) => `  line ${error.linePos?.[0].line ?? 0}: key ${JSON.stringify(keyAt(text, error))} already set in map`,
    );
    const problem = ['error converting YAML to JSON: yaml: unmarshal errors:', ...lines].join('\n');
    if (fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: ${problem}`);
    warnings?.push(problem);
  }
  try {
    const value: unknown = document.toJS();
    // Bounds the depth.
    countKeysInValue(value);
    return value;
  } catch (error) {
    // Nested too deeply, or aliases that expand without bound.
    throw undecodable(error instanceof Error ? error.message : '');
  }
}

const undecodable = (why: string) => badRequest(`error decoding YAML: ${why}`);

const keyAt = (text: string, { pos }: YAMLParseError) =>
  text
    .slice(pos[0])
    .match(/^"?[^":\s]*/)![0]
    .replace('"', '');
