import type { Invariant } from './invariant.ts';

/** Codes that a controller may be answered: somebody was faster, a quota or a namespace forbids it, the database is away. */
const acceptable = [403, 404, 409, 429, 503, 504];

/** What controllers write is valid. */
export const writesAreAccepted: Invariant = {
  decision: ({ controller, key, failures }) =>
    failures
      .filter(({ code }) => !acceptable.includes(code))
      .map(({ code, message }) => `a write of ${controller} for ${key} was refused: ${code} ${message}`),
};
