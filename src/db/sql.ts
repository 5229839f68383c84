/** A row: the columns in order, each as Postgres writes it as text. */
export type SqlRow = readonly (string | null)[];

/** A statement with its parameters (`$1`, `$2`, …). */
export interface SqlStatement {
  text: string;
  params?: readonly unknown[];
}

/** Runs one statement. Over HTTP each is a transaction of its own. */
export type SqlExecutor = (text: string, params?: readonly unknown[]) => Promise<readonly SqlRow[]>;
