import type { Answer, Question } from '../../admission/consult.ts';
import type { Awaited } from '../../admission/plugin.ts';
import { limits } from '../../lib/limits.ts';
import type { Random } from '../../lib/random.ts';
import { StatusError } from '../../machinery/status.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { askWebhook } from '../webhooks/ask.ts';
import { appears } from './appears.ts';

/** Thrown out of a decision before anything is changed: the write had better wait for an object. */
export class NotYet extends Error {
  readonly awaited: Awaited;
  constructor(awaited: Awaited) {
    super(`${awaited.resource.plural} ${JSON.stringify(awaited.name)} is awaited`);
    this.name = 'NotYet';
    this.awaited = awaited;
  }
}

/** Thrown out of a decision: it depends on what webhooks say. */
class Unanswered extends Error {
  readonly questions: readonly Question[];
  constructor(questions: readonly Question[]) {
    super(`${questions.map(({ webhook }) => webhook).join(', ')} must be asked`);
    this.name = 'Unanswered';
    this.questions = questions;
  }
}

/**
 * What one write has come to know between its decisions: the answers of webhooks, by what they were asked. So that the
 * same is asked each time, later decisions draw the same random numbers as the first one, and are made at the same moment.
 */
export class Consultation {
  /** Whether admission may still wait for an object. It does once. */
  isPatient = true;
  // Made when they are needed, which for most writes is never.
  #answers: Map<string, Answer> | undefined;
  #draws: (number | string)[] | undefined;
  #now: Date | undefined;

  /** The answers; throws what `consulting` catches if one is not known. */
  answersTo(questions: readonly Question[]): readonly Answer[] {
    const unanswered = questions.filter((question) => !this.#answers?.has(keyOf(question)));
    if (unanswered.length > 0) throw new Unanswered(unanswered);
    return questions.map((question) => this.#answers!.get(keyOf(question))!);
  }

  answered(question: Question, answer: Answer): void {
    (this.#answers ??= new Map()).set(keyOf(question), answer);
  }

  /** The moment of the first decision. */
  now(now: Date): Date {
    return (this.#now ??= now);
  }

  /** The numbers that the first decision has drawn, and new ones after them. */
  replay(random: Random): Random {
    let at = 0;
    const draws = (this.#draws ??= []);
    const draw = <T extends number | string>(sort: string, fresh: () => T): T => {
      const drawn = draws[at];
      // Of the other sort if the state has changed so much that the decision takes another way.
      const value = drawn === undefined || typeof drawn !== sort ? fresh() : (drawn as T);
      draws[at++] = value;
      return value;
    };
    return { next: () => draw('number', () => random.next()), uuid: () => draw('string', () => random.uuid()) };
  }
}

const keyOf = ({ webhook, address, request }: Question) =>
  `${webhook}\n${address.url ?? JSON.stringify(address.service)}\n${request}`;

/**
 * Makes a write whose admission may have to wait for what a controller is about to create, as a pod for the service account of
 * a new namespace (once, see `appears`), or to ask webhooks. Each time the write is decided anew, on the state as it is then:
 * a question that is still the same has its answer, any other is asked. Throws 504 when that takes too long.
 */
export async function consulting<T>(
  api: ClusterApi,
  options: Pick<WriteOptions, 'warnings' | 'annotations'>,
  attempt: (consultation: Consultation) => Promise<T>,
): Promise<T> {
  const consultation = new Consultation();
  const said = options.warnings?.length ?? 0;
  let rounds = 0;
  for (;;) {
    try {
      return await attempt(consultation);
    } catch (error) {
      if (error instanceof NotYet) {
        consultation.isPatient = false;
        await appears(api, error.awaited);
      } else if (error instanceof Unanswered) {
        if (++rounds > limits.consultationRounds)
          throw new StatusError('Timeout', 'Timeout: request did not complete within requested timeout');
        await askAll(api, error.questions, consultation);
      } else throw error;
    }
    // The next attempt says it again.
    if (options.warnings) options.warnings.length = said;
    options.annotations?.clear();
  }
}

async function askAll(api: ClusterApi, questions: readonly Question[], consultation: Consultation): Promise<void> {
  await Promise.all(questions.map(async (question) => consultation.answered(question, await askWebhook(api, question))));
}
