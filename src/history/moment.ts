/** RFC 3339, with a time zone. */
const instant = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** A moment of a cluster as somebody named it. */
export type Moment = { revision: number } | { time: Date };

/** Reads a revision, or a time in RFC 3339. Undefined for anything else. */
export function parseMoment(text: string): Moment | undefined {
  if (/^[1-9]\d*$/.test(text)) return Number.isSafeInteger(Number(text)) ? { revision: Number(text) } : undefined;
  // A plus that was not encoded in a query arrives as a space.
  const plain = text.replace(' ', '+');
  const time = instant.test(plain) ? new Date(plain) : undefined;
  return time && !Number.isNaN(time.getTime()) ? { time } : undefined;
}
