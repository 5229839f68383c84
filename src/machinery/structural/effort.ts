import { limits } from '../../lib/limits.ts';

/** Thrown when looking at a value takes too long. */
export class TooMuchEffort extends Error {}

/** Counts what validating one value takes, in steps of about 20 ns, and ends it past the bound. */
export class Effort {
  #left: number = limits.validationSteps;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchEffort();
  }
}
