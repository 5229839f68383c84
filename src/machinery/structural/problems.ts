/** What is wrong with a value, in the words of upstream's kube-openapi, and how the API says it. */
import { limits } from '../../lib/limits.ts';
import {
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  fieldTooLong,
  fieldTooMany,
  type FieldError,
} from '../status.ts';
import type { Effort } from './effort.ts';
import { nowhere } from './paths.ts';

/** A problem as it is compared with others: those with the same words are one. */
export interface Problem {
  readonly words: string;
  readonly error: FieldError;
}

/** Makes problems of one value: its path, and what comes before it where the schema is that of a part (`status`). */
export interface Place {
  readonly path: string;
  readonly prefix: string;
  /** Counts the steps of the whole validation. */
  readonly effort: Effort;
}

/** Where an error is said to be: without the dot that comes before a key of an object without a path. */
function fieldOf({ path, prefix }: Place): string {
  const name = path.replace(/^\./, '');
  return name === '' ? prefix || nowhere : prefix === '' ? name : `${prefix}.${name}`;
}

/** Something that is in no field in particular: junctors, ranges. */
export const general = ({ prefix }: Place, words: string): Problem => ({
  words,
  error: fieldInvalid(prefix || nowhere, '', words),
});

/** Of a message, which is kept. */
const stepsPerCharacter = 5;

const said = (place: Place, words: string, make: (field: string, words: string) => FieldError): Problem => {
  const sentence = `${place.path} in body ${words}`;
  place.effort.spend(sentence.length * stepsPerCharacter);
  return { words: sentence, error: make(fieldOf(place), sentence) };
};

export const wrongValue = (place: Place, value: unknown, words: string): Problem =>
  said(place, words, (field, sentence) => fieldInvalid(field, value ?? '', sentence));

/** `found` is the name of the type that the value has, or the text that is not of a format. */
export const wrongType = (place: Place, wanted: string, found: string): Problem =>
  said(place, `must be of type ${wanted}: ${JSON.stringify(found)}`, (field, sentence) => ({
    ...fieldInvalid(field, found, sentence),
    reason: 'FieldValueTypeInvalid',
  }));

export const missing = (place: Place, name: string): Problem => {
  const at = { ...place, path: `${place.path}.${name}` };
  return said(at, 'is required', (field) => fieldRequired(field));
};

export const forbiddenProperty = (place: Place, name: string): Problem => {
  const sentence = `${place.path}.${name} in body is a forbidden property`;
  return { words: sentence, error: fieldInvalid(fieldOf(place), name, sentence) };
};

export const notInEnum = (place: Place, value: unknown, choices: readonly unknown[]): Problem =>
  said(place, `should be one of ${JSON.stringify(choices)}`, (field) =>
    fieldNotSupported(
      field,
      value,
      choices.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))),
    ),
  );

export const tooLong = (place: Place, max: number): Problem =>
  said(place, `should be at most ${max} chars long`, (field) => fieldTooLong(field, max));

export const tooMany = (place: Place, count: number, max: number, what: 'items' | 'properties'): Problem =>
  said(place, `should have at most ${max} ${what}`, (field) => fieldTooMany(field, count, max));

/** Problems found, and how much fitted: of several schemas that a value fits none of, the one that fits most is talked about. */
export class Result {
  readonly problems: Problem[] = [];
  matches = 0;

  get isValid(): boolean {
    return this.problems.length === 0;
  }

  add(...problems: readonly Problem[]): this {
    for (const problem of problems) {
      // Nobody reads more; that there are some is all that counts.
      if (this.problems.length >= limits.problemsTold) break;
      if (!this.problems.some(({ words }) => words === problem.words)) this.problems.push(problem);
    }
    return this;
  }

  merge({ problems, matches }: Result): this {
    this.add(...problems);
    this.matches += matches;
    return this;
  }
}

export const single = (problem: Problem): Result => new Result().add(problem);
