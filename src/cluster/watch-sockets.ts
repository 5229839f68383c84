import { StatusError, internalError } from '../machinery/status.ts';
import { errorEvent } from '../server/watch/event.ts';
import type { WatchStart } from '../server/watch/spec.ts';
import type { Store } from '../storage/store.ts';
import { encodeWatchFrame, type EncodedEvent } from '../tunnel/watch-frames.ts';
import { closeSocket, sendIfOpen, writeAttachment, type Attachment } from './attachments.ts';
import { messagesOf, type Subscription, type WatchHub, type WatchSink } from './watch-hub.ts';

/** Sockets of Workers that hold a client's watch; each carries one watch. */
export class WatchSockets {
  readonly #hub: WatchHub;
  readonly #store: Store;
  readonly #subscriptions = new Map<WebSocket, Subscription>();
  /** The last frame: watches that want the same get the same events one after the other. */
  #last: { position: number; events: readonly EncodedEvent[]; frame: string | Uint8Array } | undefined;

  constructor(hub: WatchHub, store: Store) {
    this.#hub = hub;
    this.#store = store;
  }

  /** A watch that has just been accepted: sends its initial events and goes on. */
  async open(socket: WebSocket, start: WatchStart): Promise<void> {
    const { spec, position, audited } = start;
    const saved = { kind: 'watch', spec, position, ...(audited !== undefined && { audited }) } as const;
    writeAttachment(socket, saved);
    for (const events of messagesOf(start.initial)) sendIfOpen(socket, encodeWatchFrame(start.position, events.map(() => 0), events));
    await this.#attach(socket, saved);
  }

  /** A watch that was there before this instance of the object. */
  async resume(socket: WebSocket, saved: Extract<Attachment, { kind: 'watch' }>): Promise<void> {
    await this.#attach(socket, saved);
  }

  close(socket: WebSocket): void {
    const subscription = this.#subscriptions.get(socket);
    this.#subscriptions.delete(socket);
    if (subscription) this.#hub.detach(subscription);
  }

  #frameOf(position: number, revisions: readonly number[], events: readonly EncodedEvent[]): string | Uint8Array {
    if (this.#last?.position !== position || this.#last.events !== events)
      this.#last = { position, events, frame: encodeWatchFrame(position, revisions, events) };
    return this.#last.frame;
  }

  async #attach(socket: WebSocket, saved: Extract<Attachment, { kind: 'watch' }>): Promise<void> {
    const sink: WatchSink = {
      send: (position, revisions, events) => sendIfOpen(socket, this.#frameOf(position, revisions, events)),
      save: (position) => writeAttachment(socket, { ...saved, position }),
      end: () => {
        this.close(socket);
        closeSocket(socket, 1000, 'the watched kind is not served any more');
      },
    };
    try {
      const subscription = await this.#hub.attach(this.#store, saved.spec, saved.position, sink);
      // It may have been closed while the past was being read.
      if (socket.readyState === WebSocket.OPEN) this.#subscriptions.set(socket, subscription);
      else this.#hub.detach(subscription);
    } catch (error) {
      const status = (error instanceof StatusError ? error : internalError('the watch failed')).toStatus();
      sendIfOpen(socket, encodeWatchFrame(saved.position, [0], [errorEvent(saved.spec, status)]));
      closeSocket(socket, 1000, 'the watch is over');
    }
  }
}
