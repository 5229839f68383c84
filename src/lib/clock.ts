/** Where the time comes from. Pure code takes a `Date` instead; only shells hold a clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A time as `metav1.Time` writes it: RFC 3339 in UTC, whole seconds. */
export function rfc3339(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** A time as `metav1.MicroTime` writes it: RFC 3339 in UTC, six digits of a second. */
export function rfc3339Micro(time: Date): string {
  return `${time.toISOString().slice(0, 23)}000Z`;
}
