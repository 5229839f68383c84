import type { Handler } from '../http/request.ts';
import { streamType } from '../watch/event.ts';
import { startWatch } from '../watch/start.ts';

/**
 * A watch that came as a plain request. Streams are held by the Worker, so that the cluster can sleep; whoever asks here
 * gets the beginning and then the end of the stream, as from a server that ends watches early.
 */
export const handleWatch: Handler = async ({ api, http, user, audit }) => {
  const { spec, initial } = await startWatch(api, http, user, audit);
  const stream = new Blob(initial.map((event) => (typeof event === 'string' ? `${event}\n` : event)));
  return new Response(stream, { headers: { 'content-type': streamType(spec), 'cache-control': 'no-cache, private' } });
};
