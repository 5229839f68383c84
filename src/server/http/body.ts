import { StatusError, tooLarge } from '../../machinery/status.ts';
import { limits } from '../../lib/limits.ts';

const utf8 = new TextDecoder();
const tooLargeBody = () => tooLarge(`Request entity too large: limit is ${limits.requestBodyBytes}`);

/** The body as text. Throws 413 past the limit, having read no more than that. */
export async function readBody(request: Request): Promise<string> {
  const { body } = request;
  if (!body) return '';
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > limits.requestBodyBytes) throw tooLargeBody();
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
