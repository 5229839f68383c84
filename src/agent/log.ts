/** Where the agent says what it does; one line each, no secrets. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

export const consoleLog = (name: string): Log => ({
  info: (message) => console.log(`${name}: ${message}`),
  warn: (message) => console.error(`${name}: ${message}`),
});

export const silentLog: Log = { info: () => {}, warn: () => {} };
