import { largeHeader } from '../server/http/large.ts';

/**
 * The answer as the client gets it: a large one gzipped, if the client takes that. The runtime does the work when a Worker's
 * answer says that it is encoded. It is done here and not in the cluster's object, which has one thread for everybody.
 */
export function compressed(answer: Response, acceptEncoding: string | null): Response {
  if (!answer.headers.has(largeHeader)) return answer;
  const headers = new Headers(answer.headers);
  headers.delete(largeHeader);
  if (acceptsGzip(acceptEncoding)) {
    headers.set('content-encoding', 'gzip');
    headers.append('vary', 'Accept-Encoding');
  }
  return new Response(answer.body, { status: answer.status, headers });
}

const acceptsGzip = (header: string | null): boolean =>
  (header ?? '').split(',').some((each) => {
    const [coding, quality = ''] = each.split(';');
    return coding!.trim() === 'gzip' && !/^\s*q=0(\.0*)?\s*$/.test(quality);
  });
