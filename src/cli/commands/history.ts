import type { Command } from 'commander';
import { wholeNumber } from '../durations.ts';
import { ageOf } from '../output.ts';
import { Session, type Surroundings } from '../session.ts';

interface Change {
  path: string;
  old?: unknown;
  new?: unknown;
  hidden?: true;
}
interface Write {
  revision: number;
  time: string;
  operation: string;
  kind: string;
  namespace: string;
  name: string;
  user: string;
  fieldManager: string;
  changes: Change[];
  omittedChanges?: number;
}

export function addHistory(program: Command, surroundings: Surroundings): void {
  program
    .command('history [object]')
    .description('says who changed what and when, the newest first; KIND/NAME, KIND, or everything')
    .option('-n, --namespace <name>', 'the namespace')
    .option('--since <moment>', 'a revision, or a time in RFC 3339')
    .option('--until <moment>', 'a revision, or a time in RFC 3339')
    .option('--limit <count>', 'how many writes at most', wholeNumber, 20)
    .action(async (object: string | undefined, { limit, ...rest }: { namespace?: string; since?: string; until?: string; limit: number }, command: Command) => {
      const own = new Session(surroundings, command);
      const [kind, name] = object?.split('/') ?? [];
      const query = { kind, name, ...rest };
      const writes = await own.waitFor('reading the log', own.api.list<Write>(`${await own.cluster()}/history`, query, limit));
      if (own.options.output === 'table' && name !== undefined) for (const write of writes) own.print(storyOf(write));
      else {
        const now = new Date();
        own.showList(writes, [
          ['REVISION', ({ revision }) => revision],
          ['AGE', ({ time }) => ageOf(time, now)],
          ['USER', ({ user, fieldManager }) => user || fieldManager],
          ['WHAT', ({ operation }) => operation],
          ['OBJECT', (each) => `${each.kind}/${each.namespace === '' ? '' : `${each.namespace}/`}${each.name}`],
          ['FIELDS', ({ changes, omittedChanges = 0 }) => changes.length + omittedChanges],
        ]);
      }
    });
  program
    .command('export')
    .description('shows the objects of a cluster as manifests, now or at a moment')
    .option('-n, --namespace <name>', 'only this one')
    .option('--as-of <moment>', 'a revision, or a time in RFC 3339')
    .option('--secrets', 'with Secrets, in plain')
    .action(async ({ namespace, asOf, secrets }: { namespace?: string; asOf?: string; secrets?: boolean }, command: Command) => {
      const own = new Session(surroundings, command);
      const query = { namespace, asOf, secrets };
      own.print(await own.waitFor('reading', own.api.text('GET', `${await own.cluster()}/export`, { query })));
    });
}

/** A write as a diff: who and when, then a line for each field that changed. */
function storyOf({ revision, time, operation, user, fieldManager, changes, omittedChanges }: Write): string {
  const lines = changes.flatMap(({ path, old, new: next, hidden }) =>
    hidden ? [`  ~ ${path}: (secret)`] : [...(old === undefined ? [] : [`  - ${path}: ${JSON.stringify(old)}`]), ...(next === undefined ? [] : [`  + ${path}: ${JSON.stringify(next)}`])],
  );
  if (omittedChanges) lines.push(`  … and ${omittedChanges} more`);
  return [`${revision}  ${time}  ${operation} by ${user || 'the cluster'} (${fieldManager})`, ...lines, ''].map((line) => `${line}\n`).join('');
}
