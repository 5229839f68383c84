import { StatusError, type Status, type StatusDetails, type StatusReason } from '../machinery/status.ts';

/** A refusal whose code and reason are chosen by somebody else, and need not fit together. */
export class Denial extends StatusError {
  readonly #code: number;

  constructor(message: string, code: number, reason: string, details?: StatusDetails) {
    super(reason as StatusReason, message, details);
    this.#code = code;
  }

  override get code(): number {
    return this.#code;
  }

  override toStatus(): Status {
    return { ...super.toStatus(), code: this.#code };
  }
}
