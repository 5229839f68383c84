import { watchPositionHeader, watchSpecHeader, watchTimeoutHeader } from '../cluster/headers.ts';
import { limits } from '../lib/limits.ts';
import { flowHeadersOf } from '../server/flowcontrol/headers.ts';
import { bookmarkEvent } from '../server/watch/bookmark.ts';
import { streamType } from '../server/watch/event.ts';
import type { WatchSpec } from '../server/watch/spec.ts';
import { WatchFrameReader } from '../tunnel/watch-frames.ts';
import { auditIdHeader } from '../server/answer.ts';

/** Bookmarks come about once a minute, as upstream sends them. */
const bookmarkIntervalMs = 60_000;

/**
 * Answers a watch: the client's HTTP stream ends here, fed by a WebSocket that lets the cluster's object sleep. The
 * timers (bookmarks, the end of the watch) are here too, for the same reason.
 *
 * @param opened the object's answer to the upgrade: with a socket, or an error that is passed on as it is
 */
export function watchStream(opened: Response, signal: AbortSignal, auditId: string): Response {
  const socket = opened.webSocket;
  if (!socket) return opened;
  const spec = JSON.parse(opened.headers.get(watchSpecHeader)!) as WatchSpec;
  const timeoutMs = Number(opened.headers.get(watchTimeoutHeader)) * 1000;
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const frames = new WatchFrameReader(Number(opened.headers.get(watchPositionHeader)));
  let backlogBytes = 0;
  let ended = false;

  const end = (abort: boolean) => {
    if (ended) return;
    ended = true;
    clearInterval(bookmarks);
    clearTimeout(timeout);
    try {
      socket.close(1000);
    } catch {
      // It was closed already.
    }
    (abort ? writer.abort() : writer.close()).catch(() => {});
  };
  const write = (events: string | Uint8Array) => {
    if (ended || events.length === 0) return;
    const chunk = typeof events === 'string' ? encoder.encode(events) : events;
    backlogBytes += chunk.byteLength;
    // A client that does not read is dropped; it lists and watches anew when it is back.
    if (backlogBytes > limits.watchBacklogBytes) return end(true);
    writer.write(chunk).then(
      () => (backlogBytes -= chunk.byteLength),
      () => end(true),
    );
  };
  const bookmark = () => {
    if (!spec.bookmarks) return;
    const event = bookmarkEvent(spec, frames.position);
    write(typeof event === 'string' ? `${event}\n` : event);
  };
  const bookmarks = setInterval(bookmark, bookmarkIntervalMs);
  const timeout = setTimeout(() => {
    bookmark();
    end(false);
  }, timeoutMs);

  socket.addEventListener('message', ({ data }) => write(frames.read(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer))));
  socket.addEventListener('close', () => end(false));
  socket.addEventListener('error', () => end(true));
  signal.addEventListener('abort', () => end(true));
  writer.closed.catch(() => end(true));
  socket.binaryType = 'arraybuffer';
  socket.accept();

  const warning = opened.headers.get('warning');
  return new Response(readable, {
    headers: {
      'content-type': streamType(spec),
      'cache-control': 'no-cache, private',
      [auditIdHeader]: auditId,
      ...flowHeadersOf(opened.headers),
      ...(warning && { warning }),
    },
  });
}
