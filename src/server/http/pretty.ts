import { mediaTypes } from './accept.ts';
import { jsonResponse } from './respond.ts';

/** Programs behind which somebody reads what comes; upstream's list. */
const readers = /^(curl|Wget|Mozilla\/5\.0)/;

/** Whether JSON is to be written over many lines: with `pretty=true`, and for people unless they say `pretty=false`. */
export function wantsPretty({ url, headers }: Request): boolean {
  if (url.includes('pretty')) {
    const asked = new URL(url).searchParams.get('pretty');
    if (asked) return !isStream(url) && /^(1|t|T|TRUE|true|True)$/.test(asked);
  }
  const userAgent = headers.get('user-agent');
  return userAgent !== null && readers.test(userAgent) && !isStream(url);
}

/** The answer over many lines, if it is JSON. */
export async function prettified(answer: Response): Promise<Response> {
  if (answer.headers.get('content-type') !== mediaTypes.json || answer.status === 304) return answer;
  const lines = jsonResponse(JSON.stringify(await answer.json(), null, 2), answer.status);
  for (const [name, value] of answer.headers) if (!lines.headers.has(name)) lines.headers.set(name, value);
  return lines;
}

/** The beginning of a watch is many documents. */
const isStream = (url: string) => url.includes('watch');
