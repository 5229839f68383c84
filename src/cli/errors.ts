/** What scripts may rely on. */
export const exitCodes = { good: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** Something that the user can mend by saying it in another way. One line. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Something was done, but not all of it; what was not has been said. */
export class PartlyFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PartlyFailed';
  }
}
