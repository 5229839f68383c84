/** An event as the client of a watch gets it: a line of JSON without its newline, or protobuf with its length before it. */
export type EncodedEvent = string | Uint8Array;

const newline = 0x0a;
/** Protobuf events begin with their length in so many bytes, most significant first. */
const lengthBytes = 4;

/**
 * What a cluster's object sends to the Worker that holds a client's watch, over a WebSocket that lets the object sleep.
 * The first line of a frame is `position,revision,revision,…`, then come the events as the client gets them. `position`
 * says that the watch has now seen everything up to there; the revisions are those of the events (0 for initial ones).
 * Lines of JSON make a text frame, events of protobuf a binary one; a watch has only one of the two.
 *
 * An object that was evicted remembers a position that may lie behind what it really sent, so it may send events twice:
 * the Worker drops those at or below the position it knows (`WatchFrameReader`).
 */
export function encodeWatchFrame(
  position: number,
  revisions: readonly number[],
  events: readonly EncodedEvent[],
): string | Uint8Array {
  let head = String(position);
  for (const revision of revisions) head += `,${revision}`;
  if (typeof (events[0] ?? '') !== 'string') return binaryFrame(head, events as readonly Uint8Array[]);
  let frame = head;
  for (const line of events) frame += `\n${line as string}`;
  return `${frame}\n`;
}

function binaryFrame(head: string, events: readonly Uint8Array[]): Uint8Array {
  const frame = new Uint8Array(events.reduce((size, event) => size + event.length, head.length + 1));
  for (let i = 0; i < head.length; i++) frame[i] = head.charCodeAt(i);
  frame[head.length] = newline;
  let offset = head.length + 1;
  for (const event of events) {
    frame.set(event, offset);
    offset += event.length;
  }
  return frame;
}

export class WatchFrameReader {
  /** Everything up to this revision has been seen. */
  position: number;

  /** `position` is where the watch goes on. Initial events, if there are any, are the state there. */
  constructor(position = 0) {
    this.position = position;
  }

  /** The events of a frame that were not seen before, ready to be sent: lines with their newlines, or bytes. May be empty. */
  read(frame: string | Uint8Array): string | Uint8Array {
    return typeof frame === 'string' ? this.#readText(frame) : this.#readBinary(frame);
  }

  #readText(frame: string): string {
    const end = frame.indexOf('\n');
    const { revisions, known } = this.#readHead(frame.slice(0, end));
    const events = frame.slice(end + 1);
    if (areNew(revisions, known)) return events;
    const lines = events.split('\n');
    return revisions.map((revision, i) => (revision > known ? `${lines[i]}\n` : '')).join('');
  }

  #readBinary(frame: Uint8Array): Uint8Array {
    const end = frame.indexOf(newline);
    const { revisions, known } = this.#readHead(String.fromCharCode(...frame.subarray(0, end)));
    const events = frame.subarray(end + 1);
    if (areNew(revisions, known)) return events;
    // Revisions only grow: what was seen comes first.
    let offset = 0;
    for (const revision of revisions) {
      if (revision > known) break;
      offset += lengthBytes + new DataView(events.buffer, events.byteOffset + offset).getUint32(0);
    }
    return events.subarray(offset);
  }

  #readHead(head: string): { revisions: number[]; known: number } {
    const [position = 0, ...revisions] = head.split(',').map(Number);
    const known = this.position;
    this.position = Math.max(known, position);
    return { revisions, known };
  }
}

/** Whether none of the events of a frame was seen before. */
const areNew = ([first = 0]: readonly number[], known: number): boolean => first === 0 || first > known;
