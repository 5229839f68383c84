import { byteLength } from '../../machinery/names.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import { StatusError, tooLarge } from '../../machinery/status.ts';
import { limits } from '../../lib/limits.ts';
import { mediaTypes, type Encoding } from './accept.ts';
import { encodingsOf } from './protobuf.ts';

const utf8 = new TextDecoder();
const tooLargeBody = () => tooLarge(`Request entity too large: limit is ${limits.requestBodyBytes}`);

/** The body as text. Throws 413 past the limit, having read no more than that. */
export async function readBody(request: Request): Promise<string> {
  // HTTP does not let a body be longer than it says. Read in one go, which is faster, and checked all the same.
  if (declaredLength(request) >= 0) return checkLength(await request.text());
  return utf8.decode(await readChunks(request));
}

/** The body as it is. Throws 413 past the limit, having read no more than that. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  if (!(declaredLength(request) >= 0)) return readChunks(request);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > limits.requestBodyBytes) throw tooLargeBody();
  return bytes;
}

/** The length that a request says its body has, NaN if it does not say. Throws 413 past the limit. */
function declaredLength(request: Request): number {
  // First what costs less: a body that is looked at becomes a stream.
  const length = request.headers.get('content-length');
  const declared = length !== null ? Number(length) : request.body ? NaN : 0;
  if (declared > limits.requestBodyBytes) throw tooLargeBody();
  return declared;
}

async function readChunks({ body }: Request): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
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
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
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

/** How a body with that schema is written. Nothing said is JSON. Throws 415 for what is not understood. */
export function bodyEncoding(request: Request, schema: ObjectSchema): Encoding {
  const type = mediaTypeOf(request.headers.get('content-type')) || mediaTypes.json;
  const served = encodingsOf(schema);
  const encoding = served.find((each) => mediaTypes[each] === type);
  if (encoding) return encoding;
  throw unsupportedMediaType(served.map((each) => mediaTypes[each]));
}

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
