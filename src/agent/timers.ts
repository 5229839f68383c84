/** Time as the agent sees it. Tests give their own, which stands still until told otherwise. */
export interface Timers {
  nowMs(): number;
  /** Calls `action` once after that time; returns a way to prevent it. */
  after(delayMs: number, action: () => void): () => void;
}

// setTimeout fires at once for delays that do not fit into 31 bits.
const longestDelayMs = 2 ** 31 - 1;

export const systemTimers: Timers = {
  nowMs: () => Date.now(),
  after(delayMs, action) {
    let timer: NodeJS.Timeout;
    const wait = (remainingMs: number) => {
      timer = setTimeout(
        () => (remainingMs > longestDelayMs ? wait(remainingMs - longestDelayMs) : action()),
        Math.min(Math.max(0, remainingMs), longestDelayMs),
      );
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
