import { byteLength } from '../../machinery/names.ts';
import { StatusError, tooLarge } from '../../machinery/status.ts';
import { limits } from '../../lib/limits.ts';

const utf8 = new TextDecoder();
const tooLargeBody = () => tooLarge(`Request entity too large: limit is ${limits.requestBodyBytes}`);

/** The body as text. Throws 413 past the limit, having read no more than that. */
export async function readBody(request: Request): Promise<string> {
  const { body } = request;
  if (!body) return '';
  const declared = Number(request.headers.get('content-length') ?? NaN);
  if (declared > limits.requestBodyBytes) throw tooLargeBody();
  // HTTP does not let a body be longer than it says. Read in one go, which is faster, and checked all the same.
  if (declared >= 0) return checkLength(await request.text());
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > limits.requestBodyBytes) {
      await reader.cancel();
      throw tooLargeBody();
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return utf8.decode(chunks[0]);
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return utf8.decode(whole);
}

function checkLength(text: string): string {
  // A unit is three bytes at most, so most texts need no counting.
  if (text.length * 3 > limits.requestBodyBytes && byteLength(text) > limits.requestBodyBytes) throw tooLargeBody();
  return text;
}

/** The media type of a Content-Type header, without parameters, in lower case. */
export function mediaTypeOf(header: string | null): string {
  if (header === null) return '';
  const semicolon = header.indexOf(';');
  return (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase();
}

export type BodyEncoding = 'json' | 'yaml';

/** How an object in a body is written. Throws 415 for what is not understood; nothing said is JSON. */
export function bodyEncoding(request: Request): BodyEncoding {
  const type = mediaTypeOf(request.headers.get('content-type'));
  if (type === '' || type === 'application/json') return 'json';
  if (type === 'application/yaml') return 'yaml';
  throw unsupportedMediaType(['application/json', 'application/yaml']);
}

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
