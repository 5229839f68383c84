/** A failure the user can do something about: its message is one clear line, shown without a stack. */
export class DevError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DevError';
  }
}
