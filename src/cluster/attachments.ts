import type { User } from '../server/api.ts';
import type { WatchSpec } from '../server/watch/spec.ts';

/** A watch as it outlives the object's memory. */
export interface SavedWatch {
  spec: WatchSpec;
  position: number;
  /** The audit event of the watch's end (`WatchStart.audited`). */
  audited?: string;
}

/**
 * What is attached to a hibernatable WebSocket (16 KB at most): all that a fresh instance of the object needs to go on
 * with the socket after an eviction.
 */
export type Attachment =
  | ({ kind: 'watch' } & SavedWatch)
  | { kind: 'node'; node: string; user: User; address: string; openedAtMs: number; watches: ({ id: number } & SavedWatch)[] };

export type NodeAttachment = Extract<Attachment, { kind: 'node' }>;

export const readAttachment = (socket: WebSocket) => socket.deserializeAttachment() as Attachment | null;

export function writeAttachment(socket: WebSocket, attachment: Attachment): void {
  socket.serializeAttachment(attachment);
}

/** Sends if the socket is still open. A closed one is cleaned up by its close event. */
export function sendIfOpen(socket: WebSocket, message: string | Uint8Array): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(message);
}

/** Closes if that has not been done; a reason longer than the protocol allows (123 bytes) is cut. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason.slice(0, 120));
  } catch {
    // Closing twice throws; the outcome is the same.
  }
}
