import { Option, type Command } from 'commander';
import { seconds, wholeNumber } from '../durations.ts';
import { UsageError } from '../errors.ts';
import { readObject } from '../input.ts';
import { ageOf } from '../output.ts';
import { Session, type Surroundings } from '../session.ts';

interface Hook {
  id: string;
  name: string;
  namespace: string;
  url: string;
  format: string;
  verification: { type: string };
  actions: { type: string }[];
  dryRun: boolean;
  suspend: boolean;
  createdAt: string;
}
interface Receipt {
  id: number;
  event: string;
  state: string;
  attempts: number;
  dryRun: boolean;
  error: string | null;
  results: { object: string; result: string; detail: string }[];
  receivedAt: string;
}
interface CreateOptions {
  format?: string;
  namespace?: string;
  filter?: string;
  setImage?: string;
  restart?: string;
  runJob?: string;
  dryRun?: boolean;
  file?: string;
}

export function addHooks(program: Command, surroundings: Surroundings): void {
  const group = program.command('hooks').alias('hook').description('lets others change something in a cluster by calling a URL');
  const session = (command: Command) => new Session(surroundings, command);
  const all = async (own: Session) => `${await own.cluster()}/hooks`;
  const one = async (own: Session, name: string) => `${await all(own)}/${encodeURIComponent(name)}`;

  group
    .command('list')
    .alias('ls')
    .description('lists hooks')
    .action(async (_: object, command: Command) => {
      const own = session(command);
      const now = new Date();
      own.showList((await own.api.json<{ items: Hook[] }>('GET', await all(own))).items, [
        ['NAME', ({ name }) => name],
        ['NAMESPACE', ({ namespace }) => namespace],
        ['FORMAT', ({ format }) => format],
        ['ACTIONS', ({ actions }) => actions.map(({ type }) => type)],
        ['STATE', ({ suspend, dryRun }) => (suspend ? 'suspended' : dryRun ? 'dry run' : 'active')],
        ['AGE', ({ createdAt }) => ageOf(createdAt, now)],
        ['URL', ({ url }) => url],
      ]);
    });
  group
    .command('create <name>')
    .description('makes a hook; its secret is shown this once')
    .addOption(new Option('--format <format>', 'who sends').choices(['github', 'gitlab', 'dockerhub', 'registry', 'generic']))
    .option('-n, --namespace <name>', 'the only namespace in which it does anything')
    .option('--filter <cel>', 'an expression on event, payload and headers')
    .option('--set-image <kind/name>', 'sets the image that the event is about, as Deployment/web')
    .option('--restart <kind/name>', 'restarts a workload, as Deployment/web')
    .option('--run-job <cronjob>', 'runs a Job of a CronJob')
    .option('--dry-run', 'tries everything and changes nothing')
    .option('-f, --file <file>', 'all of it, in YAML or JSON')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const own = session(command);
      const made = await own.api.json<Hook & { secret: string }>('POST', await all(own), { body: { name, ...(await bodyOf(options, surroundings)) } });
      const isToken = made.verification.type === 'token';
      own.showDone(isToken ? `${made.url}/${made.secret}` : `url:    ${made.url}\nsecret: ${made.secret}`, made);
      if (own.options.output === 'table') own.note(`made ${made.name}; its secret is shown this once`);
    });
  group
    .command('get <name>')
    .description('shows a hook')
    .action(async (name: string, _: object, command: Command) => {
      const own = session(command);
      own.showOne(await own.api.json<Hook>('GET', await one(own, name)));
    });
  group
    .command('delete <name>')
    .description('deletes a hook')
    .action(async (name: string, _: object, command: Command) => {
      const own = session(command);
      await own.api.json('DELETE', await one(own, name));
      own.showDone(`deleted ${name}`);
    });
  for (const [verb, done, suspend] of [['suspend', 'suspended', true], ['resume', 'resumed', false]] as const)
    group
      .command(`${verb} <name>`)
      .description(suspend ? 'lets nobody in' : 'lets senders in again')
      .action(async (name: string, _: object, command: Command) => {
        const own = session(command);
        own.showDone(`${done} ${name}`, await own.api.json<Hook>('PATCH', await one(own, name), { body: { suspend } }));
      });
  group
    .command('rotate <name>')
    .description('gives a hook a new secret')
    .option('--overlap <duration>', 'how long the one before is good as well', seconds, 3_600)
    .action(async (name: string, { overlap }: { overlap: number }, command: Command) => {
      const own = session(command);
      const made = await own.api.json<{ secret: string }>('POST', `${await one(own, name)}/rotate`, { body: { overlapSeconds: overlap } });
      own.showDone(made.secret, made);
    });
  group
    .command('test <name>')
    .description('says what a request would do, without doing it')
    .option('-f, --payload <file>', 'the body, in YAML or JSON; - for the input')
    .option('--header <name:value>', 'a header, may be repeated', (text: string, before: string[] = []) => [...before, text])
    .option('--do-it', 'does it')
    .action(async (name: string, { payload: file, header = [], doIt }: { payload?: string; header?: string[]; doIt?: boolean }, command: Command) => {
      const own = session(command);
      const payload = file === undefined ? {} : await readObject(file, surroundings);
      const headers = Object.fromEntries(header.map((text) => [text.slice(0, text.indexOf(':')).trim(), text.slice(text.indexOf(':') + 1).trim()]));
      const body = { payload, headers, dryRun: !doIt };
      own.showOne(await own.waitFor('trying', own.api.json<object>('POST', `${await one(own, name)}/test`, { body })));
    });
  group
    .command('receipts <name>')
    .description('lists what a hook received, the newest first')
    .option('--limit <count>', 'how many at most', wholeNumber, 50)
    .action(async (name: string, { limit }: { limit: number }, command: Command) => {
      const own = session(command);
      const now = new Date();
      own.showList(await own.api.list<Receipt>(`${await one(own, name)}/receipts`, {}, limit), [
        ['ID', ({ id }) => id],
        ['EVENT', ({ event }) => event],
        ['STATE', ({ state, dryRun }) => (dryRun ? `${state} (dry run)` : state)],
        ['ATTEMPTS', ({ attempts }) => attempts],
        ['AGE', ({ receivedAt }) => ageOf(receivedAt, now)],
        ['WHAT', ({ error, results }) => error ?? results.map(({ object, detail }) => `${object}: ${detail}`).join('; ')],
      ]);
    });
}

async function bodyOf({ file, setImage, restart, runJob, ...rest }: CreateOptions, surroundings: Surroundings): Promise<object> {
  const written = file === undefined ? {} : await readObject(file, surroundings);
  const actions = [
    ...(setImage === undefined ? [] : [{ type: 'setImage', ...workload(setImage) }]),
    ...(restart === undefined ? [] : [{ type: 'restart', ...workload(restart) }]),
    ...(runJob === undefined ? [] : [{ type: 'runJob', cronJob: runJob }]),
  ];
  const body = { ...written, ...rest, ...(actions.length > 0 && { actions }) };
  if (!('actions' in body)) throw new UsageError('say what it does: --set-image, --restart or --run-job (or -f FILE)');
  return { namespace: 'default', format: 'generic', ...body };
}

function workload(text: string): { kind: string; name: string } {
  const [kind = '', name = ''] = text.split('/');
  if (kind === '' || name === '') throw new UsageError(`${text} is not KIND/NAME, as Deployment/web`);
  return { kind, name };
}
