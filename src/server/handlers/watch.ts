import { jsonResponse } from '../http/respond.ts';
import type { Handler } from '../http/request.ts';
import { startWatch } from '../watch/start.ts';

/**
 * A watch that came as a plain request. Streams are held by the Worker, so that the cluster can sleep; whoever asks here
 * gets the beginning and then the end of the stream, as from a server that ends watches early.
 */
export const handleWatch: Handler = async ({ api, http, user }) => {
  const { initial } = await startWatch(api, http, user);
  return jsonResponse(initial.map((line) => `${line}\n`).join(''));
};
