import { Builder } from './builder.ts';
import { endOfToken, tokensOf } from './tokens.ts';

/** Between values. No token has a line break in it, and with brackets around them they are a JSON array. */
const separator = ',\n';

/** More holes, or less text between them, than this is no likeness. */
const holesMax = 160;
const sharedLeast = 0.4;

/** Times, UUIDs and addresses: what differs between objects that are alike, even if it does not between the first two. */
const volatile = /^"(?:\d{4}-\d\d-\d\dT[\d:.]+Z|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d{1,3}(?:\.\d{1,3}){3})"$/;

/**
 * What JSON texts that are alike have in common, as pods of one ReplicaSet: the text with holes, each in place of one token. An
 * object is then the values that fill the holes; its text is put together again, and of its parsed form only what lies on
 * the way to a hole is made anew, the rest is shared.
 */
export class Template {
  /** The text before each hole, and after the last one. */
  readonly #runs: readonly string[];
  /** Which of the text's tokens each hole is in place of. */
  readonly #tokens: readonly number[];
  /** Which value each hole has. Those filled with the same, as the address of a pod in several places, share one. */
  readonly #sources: readonly number[];
  /** The values of a text that it was made of. */
  readonly #sample: string;
  #builder: Builder | undefined;

  private constructor(runs: readonly string[], tokens: readonly number[], sources: readonly number[], sample: string) {
    this.#runs = runs;
    this.#tokens = tokens;
    this.#sources = sources;
    this.#sample = sample;
  }

  /** What two texts have in common; `undefined` if they are not alike. */
  static of(text: string, other: string): Template | undefined {
    return Template.#learn(text, other, new Map());
  }

  /** This template with more holes, so that a text that it does not fit fits it; `undefined` if they are not alike. */
  widened(text: string): Template | undefined {
    return Template.#learn(text, this.text(this.#sample), new Map(this.#tokens.map((token, i) => [token, this.#sources[i]!])));
  }

  /** The values that make this text, or `undefined` if the text is another one. */
  pack(text: string): string | undefined {
    const values: string[] = [];
    let at = 0;
    for (const [i, source] of this.#sources.entries()) {
      const run = this.#runs[i]!;
      const start = at + run.length;
      // Faster than `startsWith`, which compares letter by letter.
      if (text.slice(at, start) !== run) return undefined;
      at = endOfToken(text, start);
      if (at === start) return undefined;
      const value = text.slice(start, at);
      if (source === values.length) values.push(value);
      else if (values[source] !== value) return undefined;
    }
    return text.slice(at) === this.#runs.at(-1) ? values.join(separator) : undefined;
  }

  /** The text with these values. */
  text(packed: string): string {
    const values = packed.split(separator);
    const parts: string[] = [];
    for (const [i, source] of this.#sources.entries()) parts.push(this.#runs[i]!, values[source]!);
    parts.push(this.#runs.at(-1)!);
    return parts.join('');
  }

  /** The parsed text with these values. Large parts of it are shared with other objects. */
  object(packed: string): unknown {
    this.#builder ??= new Builder(this.#runs, this.#sources);
    return this.#builder.build(JSON.parse(`[${packed}]`) as unknown[]);
  }

  static #learn(text: string, other: string, known: ReadonlyMap<number, number>): Template | undefined {
    const tokens = tokensOf(text);
    const others = tokensOf(other);
    if (tokens.length !== others.length) return undefined;
    const runs: string[] = [];
    const holes: number[] = [];
    const sources: number[] = [];
    /** The values, by what fills the hole in both texts, and in those that were seen before. */
    const fillings = new Map<string, number>();
    const values: string[] = [];
    let [end, otherEnd, runStart, filled] = [0, 0, 0, 0];
    for (const [token, { start, end: tokenEnd }] of tokens.entries()) {
      const twin = others[token]!;
      if (text.slice(end, start) !== other.slice(otherEnd, twin.start)) return undefined;
      [end, otherEnd] = [tokenEnd, twin.end];
      const [value, otherValue] = [text.slice(start, end), other.slice(twin.start, twin.end)];
      const knownSource = known.get(token);
      if (value === otherValue && knownSource === undefined && !volatile.test(value)) continue;
      const filling = `${value}\n${otherValue}\n${knownSource ?? ''}`;
      const source = fillings.get(filling) ?? values.length;
      if (source === values.length) {
        fillings.set(filling, source);
        values.push(value);
      }
      holes.push(token);
      sources.push(source);
      runs.push(text.slice(runStart, start));
      runStart = end;
      filled += value.length;
    }
    if (text.slice(end) !== other.slice(otherEnd)) return undefined;
    if (holes.length === 0 || holes.length > holesMax || filled > text.length * (1 - sharedLeast)) return undefined;
    return new Template([...runs, text.slice(runStart)], holes, sources, values.join(separator));
  }
}
