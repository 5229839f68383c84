import { Option, type Command } from 'commander';
import { wholeNumber } from '../durations.ts';
import { UsageError } from '../errors.ts';
import { readObject } from '../input.ts';
import { ageOf } from '../output.ts';
import { Session, type Surroundings } from '../session.ts';

interface Webhook {
  id: string;
  spec: { url?: string; suspend?: boolean };
  status: { pending?: number; deadLetters?: number };
  createdAt: string;
}
interface Delivery {
  id: number;
  event: string;
  object: string;
  state: string;
  attemptCount: number;
  createdAt: string;
}
interface CreateOptions {
  to?: string;
  on?: string[];
  namespace?: string;
  condition?: string;
  file?: string;
}

export function addWebhooks(program: Command, surroundings: Surroundings): void {
  const group = program.command('webhooks').alias('webhook').description('tells others what happens in a cluster');
  const session = (command: Command) => new Session(surroundings, command);
  const all = async (own: Session) => `${await own.cluster()}/webhooks`;
  const one = async (own: Session, id: string) => `${await all(own)}/${encodeURIComponent(id)}`;

  group
    .command('list')
    .alias('ls')
    .description('lists webhooks')
    .action(async (_: object, command: Command) => {
      const own = session(command);
      const now = new Date();
      own.showList((await own.api.json<{ items: Webhook[] }>('GET', await all(own))).items, [
        ['ID', ({ id }) => id],
        ['URL', ({ spec }) => spec.url],
        ['SUSPENDED', ({ spec }) => (spec.suspend ? 'yes' : 'no')],
        ['PENDING', ({ status }) => status.pending ?? 0],
        ['DEAD', ({ status }) => status.deadLetters ?? 0],
        ['AGE', ({ createdAt }) => ageOf(createdAt, now)],
      ]);
    });
  group
    .command('create <name>')
    .description('makes a webhook; the secret of its signatures is shown this once')
    .option('--to <url>', 'where messages are posted to')
    .option('--on <resource>', 'a kind that is told about, as pods or deployments.apps; may be repeated', (text: string, before: string[] = []) => [...before, text])
    .option('-n, --namespace <name>', 'the only namespace; default: the whole cluster')
    .option('--condition <cel>', 'an expression on object, oldObject and operation')
    .option('-f, --file <file>', 'all of it, in YAML or JSON')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const own = session(command);
      const made = await own.api.json<Webhook & { secret: string }>('POST', await all(own), { body: { name, ...(await bodyOf(options, surroundings)) } });
      own.showDone(made.secret, made);
      if (own.options.output === 'table') own.note(`made ${made.id}; messages are signed with the secret above, which is shown this once`);
    });
  group
    .command('get <id>')
    .description('shows a webhook')
    .action(async (id: string, _: object, command: Command) => {
      const own = session(command);
      own.showOne(await own.api.json<Webhook>('GET', await one(own, id)));
    });
  group
    .command('delete <id>')
    .description('deletes a webhook, and what it had still to deliver')
    .action(async (id: string, _: object, command: Command) => {
      const own = session(command);
      await own.api.json('DELETE', await one(own, id));
      own.showDone(`deleted ${id}`);
    });
  group
    .command('test <id>')
    .description('sends a message that says it is a test')
    .action(async (id: string, _: object, command: Command) => {
      const own = session(command);
      const queued = await own.api.json<{ id: number; messageId: string }>('POST', `${await one(own, id)}/test`);
      own.showDone(`${queued.messageId} is on its way: hib webhooks deliveries ${id}`, queued);
    });
  group
    .command('deliveries <id>')
    .description('lists deliveries, the newest first')
    .addOption(new Option('--state <state>', 'only those').choices(['pending', 'delivered', 'dead']))
    .option('--limit <count>', 'how many at most', wholeNumber, 50)
    .action(async (id: string, { state, limit }: { state?: string; limit: number }, command: Command) => {
      const own = session(command);
      const now = new Date();
      own.showList(await own.api.list<Delivery>(`${await one(own, id)}/deliveries`, { state }, limit), [
        ['ID', (each) => each.id],
        ['EVENT', ({ event }) => event],
        ['OBJECT', ({ object }) => object],
        ['STATE', (each) => each.state],
        ['ATTEMPTS', ({ attemptCount }) => attemptCount],
        ['AGE', ({ createdAt }) => ageOf(createdAt, now)],
      ]);
    });
  group
    .command('redeliver <id> <delivery>')
    .description('makes a delivery once more')
    .action(async (id: string, delivery: string, _: object, command: Command) => {
      const own = session(command);
      own.showDone('it is on its way', await own.api.json<object>('POST', `${await one(own, id)}/deliveries/${encodeURIComponent(delivery)}/redeliver`));
    });
  group
    .command('replay <id>')
    .description('tells again what has happened since a revision')
    .requiredOption('--after <revision>', 'changes after it', wholeNumber)
    .action(async (id: string, { after }: { after: number }, command: Command) => {
      const own = session(command);
      const body = { afterRevision: after };
      const replayed = await own.waitFor('reading the log', own.api.json<{ messages: number }>('POST', `${await one(own, id)}/replay`, { body }));
      own.showDone(`${replayed.messages} messages are on their way`, replayed);
    });
}

async function bodyOf({ to, on, namespace, condition, file }: CreateOptions, surroundings: Surroundings): Promise<object> {
  const written = file === undefined ? {} : await readObject(file, surroundings);
  const rules = on?.map((text) => {
    const [resource = '', ...groups] = text.split('.');
    return { apiGroups: [groups.join('.')], resources: [resource] };
  });
  const body = { ...written, ...(to !== undefined && { url: to }), ...(rules && { rules }), ...(namespace !== undefined && { namespace }), ...(condition !== undefined && { condition }) };
  if (!('url' in body) || !('rules' in body)) throw new UsageError('say where to and what about: --to URL --on RESOURCE (or -f FILE)');
  return body;
}
