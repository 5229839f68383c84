/** What a program finds around it. */
export interface Machine {
  variables: Readonly<Record<string, string>>;
  hostname: string;
  userId: number;
  groupId: number;
  /** From 0 up to, not including, 1. */
  random(): number;
  nowMs: number;
  files: Files;
}

/** The files that a container sees, by absolute path. */
export interface Files {
  exists(path: string): boolean;
  read(path: string): string;
  write(path: string, text: string, append: boolean): void;
  remove(path: string): void;
}

/** How a program ends. */
export interface Outcome {
  code: number;
  /** How long it takes. */
  afterMs: number;
  /** What it prints. */
  output: string;
}
