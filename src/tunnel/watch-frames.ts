/**
 * What a cluster's object sends to the Worker that holds a client's watch, over a WebSocket that lets the object sleep.
 * A frame is text: the first line is `position,revision,revision,…`, then comes one watch event a line. `position` says
 * that the watch has now seen everything up to there; the revisions are those of the lines (0 for initial events).
 *
 * An object that was evicted remembers a position that may lie behind what it really sent, so it may send events twice:
 * the Worker drops those at or below the position it knows (`WatchFrameReader`).
 */
export function encodeWatchFrame(position: number, revisions: readonly number[], lines: readonly string[]): string {
  let frame = String(position);
  for (const revision of revisions) frame += `,${revision}`;
  for (const line of lines) frame += `\n${line}`;
  return `${frame}\n`;
}

export class WatchFrameReader {
  /** Everything up to this revision has been seen. */
  position = 0;

  /** The event lines of a frame that were not seen before, each ended by a newline; '' if there are none. */
  read(frame: string): string {
    const end = frame.indexOf('\n');
    const head = frame.slice(0, end).split(',');
    const known = this.position;
    this.position = Math.max(known, Number(head[0]));
    if (head.length === 1) return '';
    const first = Number(head[1]);
    if (first === 0 || first > known) return frame.slice(end + 1);
    const lines = frame.slice(end + 1).split('\n');
    return head
      .slice(1)
      .map((revision, i) => (Number(revision) > known ? `${lines[i]}\n` : ''))
      .join('');
  }
}
