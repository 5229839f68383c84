/** The part of the shell's language that simulated containers understand. */

/** A piece of a word. What is not quoted is split at blanks after it was expanded. */
export type Part = { quoted: boolean } & (
  { text: string } | { variable: string; fallback?: string } | { script: Script } | { arithmetic: string }
);
export type Word = readonly Part[];

export interface Redirect {
  from: 'input' | 'output' | 'errors' | 'both';
  append: boolean;
  target: Word;
}

export type Command =
  | {
      kind: 'simple';
      assignments: readonly { name: string; value: Word }[];
      words: readonly Word[];
      redirects: readonly Redirect[];
    }
  | { kind: 'if'; branches: readonly { condition: Script; body: Script }[]; otherwise?: Script }
  | { kind: 'loop'; until: boolean; condition: Script; body: Script }
  | { kind: 'for'; variable: string; words: readonly Word[]; body: Script }
  | { kind: 'group'; body: Script };

/** Commands in a row; `joint` says on what outcome of those before this one depends. */
export type Script = readonly { joint: ';' | '&&' | '||'; negated: boolean; pipeline: readonly Command[] }[];

/** Something that is not simulated: nobody can say how the program goes on. */
export class NotSimulated extends Error {}
