import { calculate } from './arithmetic.ts';
import type { Machine, Outcome } from './machine.ts';
import { parseScript } from './parser.ts';
import { runProgram } from './programs.ts';
import { NotSimulated, type Command, type Script, type Word } from './syntax.ts';

/** Commands that one program runs at most. One that loops on runs until it is stopped. */
const commandsMax = 5_000;

/** How a program ends, with what it does to files on the way; `undefined` when it keeps running, or nobody can say. */
export function runCommand(command: readonly string[], machine: Machine): Outcome | undefined {
  try {
    return new Shell(machine).run(command);
  } catch (error) {
    if (error instanceof NotSimulated) return undefined;
    throw error;
  }
}

/** Ends the shell early. */
class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code & 255;
  }
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash']);

class Shell {
  readonly #machine: Machine;
  readonly #variables: Map<string, string>;
  #afterMs = 0;
  #commands = 0;
  #code = 0;
  #stopsOnError = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#variables = new Map(Object.entries(machine.variables));
  }

  run(command: readonly string[]): Outcome {
    const output = this.#untilExit(() => this.#program(command, ''));
    return { code: this.#code, afterMs: this.#afterMs, output };
  }

  /** Runs a program and says what it prints. */
  #program([path = '', ...args]: readonly string[], input: string): string {
    if (++this.#commands > commandsMax) throw new NotSimulated('too many commands');
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'exec') return this.#program(args, input);
    if (name === 'exit') throw new Exit(args[0] === undefined ? this.#code : Number.parseInt(args[0], 10));
    if (name === 'set') {
      if (args.some((arg) => /^-\w*e/.test(arg))) this.#stopsOnError = true;
      return this.#ended(0);
    }
    if (name === 'export') {
      for (const [, variable, value] of args.map((arg) => /^(\w+)=(.*)$/s.exec(arg) ?? []))
        if (variable !== undefined) this.#variables.set(variable, value!);
      return this.#ended(0);
    }
    if (shells.has(name)) return this.#nested(args);
    const { code, output, afterMs } = runProgram(name, args, this.#machine, input);
    this.#afterMs += afterMs;
    return this.#ended(code, output);
  }

  #ended(code: number, output = ''): string {
    this.#code = code;
    return output;
  }

  /** `sh -c SCRIPT`. Without a script a shell reads its input, which is empty. */
  #nested(args: readonly string[]): string {
    if (args.length === 0) return this.#ended(0);
    const [options = '', script] = args;
    if (!/^-[a-z]*c$/.test(options) || script === undefined) throw new NotSimulated('a script in a file');
    this.#stopsOnError ||= options.includes('e');
    return this.#subshell(parseScript(script));
  }

  /** Runs a script that may end itself without ending what is around it. */
  #subshell(script: Script): string {
    const printed: string[] = [];
    this.#untilExit(() => void this.#script(script, printed));
    return printed.join('');
  }

  #untilExit<T>(action: () => T): T | '' {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      this.#code = error.code;
      return '';
    }
  }

  #script(script: Script, printed: string[]): void {
    for (const { joint, negated, pipeline } of script) {
      if ((joint === '&&' && this.#code !== 0) || (joint === '||' && this.#code === 0)) continue;
      let input = '';
      for (const [i, command] of pipeline.entries()) {
        const part: string[] = i === pipeline.length - 1 ? printed : [];
        this.#command(command, input, part);
        input = part === printed ? '' : part.join('');
      }
      if (negated) this.#code = this.#code === 0 ? 1 : 0;
      const isChecked = negated || script.some((entry) => entry.joint !== ';');
      if (this.#stopsOnError && this.#code !== 0 && !isChecked) throw new Exit(this.#code);
    }
  }

  #command(command: Command, input: string, printed: string[]): void {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, input, printed);
      case 'group':
        return this.#script(command.body, printed);
      case 'if': {
        const branch = command.branches.find(({ condition }) => this.#holds(condition, printed));
        this.#code = 0;
        return this.#script(branch ? branch.body : (command.otherwise ?? []), printed);
      }
      case 'loop':
        while (this.#holds(command.condition, printed) !== command.until) {
          if (++this.#commands > commandsMax) throw new NotSimulated('a loop without end');
          this.#script(command.body, printed);
        }
        this.#code = 0;
        return;
      case 'for':
        for (const value of command.words.flatMap((word) => this.#fields(word))) {
          this.#variables.set(command.variable, value);
          this.#script(command.body, printed);
        }
    }
  }

  /** What a condition finds is no error that ends the shell. */
  #holds(condition: Script, printed: string[]): boolean {
    const stopsOnError = this.#stopsOnError;
    this.#stopsOnError = false;
    this.#script(condition, printed);
    this.#stopsOnError = stopsOnError;
    return this.#code === 0;
  }

  #simple({ assignments, words, redirects }: Extract<Command, { kind: 'simple' }>, input: string, printed: string[]): void {
    const { files } = this.#machine;
    for (const { name, value } of assignments) this.#variables.set(name, this.#text(value));
    const command = words.flatMap((word) => this.#fields(word));
    const source = redirects.find(({ from }) => from === 'input');
    if (source && !files.exists(this.#text(source.target))) return void this.#ended(1);
    const output = command.length > 0 ? this.#program(command, source ? files.read(this.#text(source.target)) : input) : '';
    if (
      command.length === 0 &&
      redirects.length === 0 &&
      !assignments.some(({ value }) => value.some((part) => 'script' in part))
    )
      this.#code = 0;
    const targets = redirects.filter(({ from }) => from !== 'input');
    for (const { from, append, target } of targets) files.write(this.#text(target), from === 'errors' ? '' : output, append);
    if (!targets.some(({ from }) => from !== 'errors')) printed.push(output);
  }

  #text(word: Word): string {
    return word.map((part) => this.#expanded(part)).join('');
  }

  /** The words that one word becomes: none, if all of it is a variable without a value. */
  #fields(word: Word): string[] {
    const fields: string[] = [];
    let current: string | undefined;
    for (const part of word) {
      const text = this.#expanded(part);
      if (part.quoted || 'text' in part) {
        current = (current ?? '') + text;
        continue;
      }
      for (const [i, piece] of text.split(/\s+/).entries()) {
        if (i > 0 && current !== undefined) {
          fields.push(current);
          current = undefined;
        }
        if (piece !== '') current = (current ?? '') + piece;
      }
    }
    return current === undefined ? fields : [...fields, current];
  }

  #expanded(part: Word[number]): string {
    if ('text' in part) return part.text;
    if ('arithmetic' in part) return String(calculate(part.arithmetic, (name) => this.#variable(name)));
    if ('script' in part) return this.#subshell(part.script).replace(/\n+$/, '');
    return this.#variable(part.variable) || (part.fallback ?? '');
  }

  #variable(name: string): string {
    if (name === '?') return String(this.#code);
    if (name === 'RANDOM') return String(Math.floor(this.#machine.random() * 32_768));
    if (name === 'HOSTNAME') return this.#machine.hostname;
    return this.#variables.get(name) ?? '';
  }
}
