import { parseDurationMs } from '../duration.ts';
import { calculateTokens } from './arithmetic.ts';
import { testCondition } from './conditions.ts';
import type { Machine, Outcome } from './machine.ts';
import { NotSimulated } from './syntax.ts';

/** Programs of their own, whose end and output are plain to see. `input` is what is piped into them. */
export function runProgram(name: string, args: readonly string[], machine: Machine, input: string): Outcome {
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (!program) throw new NotSimulated(name);
  const { code = 0, output = '', afterMs = 0 } = program(args, machine, input);
  return { code, output, afterMs };
}

type Program = (args: readonly string[], machine: Machine, input: string) => Partial<Outcome>;

const succeeds: Program = () => ({});
const operands = (args: readonly string[]) => args.filter((arg) => !arg.startsWith('-'));
const line = (text: string): Partial<Outcome> => ({ output: `${text}\n` });
const truth = (holds: boolean): Partial<Outcome> => ({ code: holds ? 0 : 1 });

const programs: Readonly<Record<string, Program>> = {
  ':': succeeds,
  true: succeeds,
  sync: succeeds,
  chmod: succeeds,
  chown: succeeds,
  mkdir: succeeds,
  trap: succeeds,
  cd: succeeds,
  false: () => ({ code: 1 }),
  echo: (args) => {
    const isLine = args[0] !== '-n';
    return { output: args.slice(isLine ? 0 : 1).join(' ') + (isLine ? '\n' : '') };
  },
  printf: ([format = '', ...args]) => ({ output: format.replace(/%[sd]/g, () => args.shift() ?? '').replaceAll('\\n', '\n') }),
  date: (args, { nowMs }) => line(args[0] === '+%s' ? String(Math.floor(nowMs / 1000)) : new Date(nowMs).toUTCString()),
  hostname: (_, { hostname }) => line(hostname),
  whoami: (_, { userId }) => line(userId === 0 ? 'root' : String(userId)),
  id: ([option], { userId, groupId }) =>
    line(option === '-u' ? `${userId}` : option?.toLowerCase() === '-g' ? `${groupId}` : `uid=${userId} gid=${groupId}`),
  env: (_, { variables }) => ({
    output: Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  }),
  ls: (args, { files }) => truth(operands(args).every((path) => files.exists(path))),
  cat: (args, { files }, input) => {
    const paths = operands(args);
    if (paths.some((path) => !files.exists(path))) return { code: 1 };
    return { output: paths.length === 0 ? input : paths.map((path) => files.read(path)).join('') };
  },
  touch: (args, { files }) => {
    for (const path of operands(args)) files.write(path, '', true);
    return {};
  },
  rm: (args, { files }) => {
    for (const path of operands(args)) files.remove(path);
    return {};
  },
  sleep: (args) => {
    const durations = args.map(parseDurationMs);
    if (durations.length === 0 || durations.includes(undefined)) throw new NotSimulated('sleep');
    return { afterMs: durations.reduce((sum: number, ms) => sum + ms!, 0) };
  },
  expr: (args) => {
    const value = calculateTokens(args, () => {
      throw new NotSimulated('expr');
    });
    return { ...line(String(value)), code: value === 0 ? 1 : 0 };
  },
  test: (args, { files }) => truth(testCondition(args, files)),
  '[': (args, { files }) => truth(testCondition(args.slice(0, -1), files)),
  '[[': (args, { files }) => truth(testCondition(args.slice(0, -1), files)),
};
