import { NotSimulated, type Command, type Redirect, type Script, type Word } from './syntax.ts';
import { readWord, type Cursor } from './words.ts';

/** Reads a script. Throws `NotSimulated` for what is not understood (functions, `case`, background jobs, here-documents). */
export function parseScript(text: string): Script {
  const cursor: Cursor = { text, at: 0 };
  const script = readList(cursor, []);
  if (cursor.at < text.length) throw new NotSimulated(`unexpected ${text[cursor.at]}`);
  return script;
}

type Entry = Script[number];

/** Commands up to one of the closing words, which is left where it is. */
function readList(cursor: Cursor, until: readonly string[]): Script {
  const script: Entry[] = [];
  let joint: Entry['joint'] = ';';
  for (;;) {
    skip(cursor, /[\s;]/);
    if (cursor.at >= cursor.text.length || until.includes(peekKeyword(cursor)) || cursor.text[cursor.at] === ')') return script;
    script.push({ joint, ...readPipeline(cursor) });
    skip(cursor, /[ \t]/);
    joint = readJoint(cursor);
  }
}

function readJoint(cursor: Cursor): Entry['joint'] {
  for (const joint of ['&&', '||'] as const)
    if (cursor.text.startsWith(joint, cursor.at)) {
      cursor.at += 2;
      return joint;
    }
  if (cursor.text[cursor.at] === '&') throw new NotSimulated('a command in the background');
  return ';';
}

function readPipeline(cursor: Cursor): Pick<Entry, 'negated' | 'pipeline'> {
  const negated = peekKeyword(cursor) === '!';
  if (negated) cursor.at++;
  const pipeline: Command[] = [];
  do {
    if (pipeline.length > 0) cursor.at++;
    skip(cursor, /\s/);
    pipeline.push(readCommand(cursor));
    skip(cursor, /[ \t]/);
  } while (cursor.text[cursor.at] === '|' && cursor.text[cursor.at + 1] !== '|');
  return { negated, pipeline };
}

function readCommand(cursor: Cursor): Command {
  switch (peekKeyword(cursor)) {
    case 'if':
      return readIf(cursor);
    case 'while':
    case 'until': {
      const until = peekKeyword(cursor) === 'until';
      cursor.at += 5;
      const condition = readList(cursor, ['do']);
      return { kind: 'loop', until, condition, body: readBody(cursor) };
    }
    case 'for':
      return readFor(cursor);
    case '{':
      cursor.at++;
      return { kind: 'group', body: readUntil(cursor, '}') };
    case 'case':
    case 'function':
      throw new NotSimulated(peekKeyword(cursor));
    default:
  }
  if (cursor.text[cursor.at] !== '(') return readSimple(cursor);
  cursor.at++;
  const body = readList(cursor, []);
  expect(cursor, ')');
  return { kind: 'group', body };
}

function readIf(cursor: Cursor): Command {
  const branches: { condition: Script; body: Script }[] = [];
  for (;;) {
    const keyword = peekKeyword(cursor);
    if (keyword === 'if' || keyword === 'elif') {
      cursor.at += keyword.length;
      const condition = readUntil(cursor, 'then');
      branches.push({ condition, body: readList(cursor, ['elif', 'else', 'fi']) });
    } else if (keyword === 'else') {
      cursor.at += keyword.length;
      return { kind: 'if', branches, otherwise: readUntil(cursor, 'fi') };
    } else {
      expect(cursor, 'fi');
      return { kind: 'if', branches };
    }
  }
}

function readFor(cursor: Cursor): Command {
  const head = /^for\s+([A-Za-z_]\w*)\s+in\b/.exec(cursor.text.slice(cursor.at, cursor.at + 200));
  if (!head) throw new NotSimulated('for');
  cursor.at += head[0].length;
  const words: Word[] = [];
  for (;;) {
    skip(cursor, /[ \t]/);
    if (cursor.at >= cursor.text.length || /[;\n]/.test(cursor.text[cursor.at]!)) break;
    words.push(readPart(cursor));
  }
  skip(cursor, /[\s;]/);
  return { kind: 'for', variable: head[1]!, words, body: readBody(cursor) };
}

function readBody(cursor: Cursor): Script {
  expect(cursor, 'do');
  return readUntil(cursor, 'done');
}

function readUntil(cursor: Cursor, end: string): Script {
  const script = readList(cursor, [end]);
  expect(cursor, end);
  return script;
}

function readSimple(cursor: Cursor): Command {
  const assignments: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  const { text } = cursor;
  for (;;) {
    skip(cursor, /[ \t]/);
    const rest = text.slice(cursor.at, cursor.at + 200);
    const redirect = /^(?:([12&]?)(>>?)|0?(<))(&[12])?/.exec(rest);
    const assignment = words.length === 0 && /^([A-Za-z_]\w*)=/.exec(rest);
    if (redirect) {
      cursor.at += redirect[0].length;
      if (redirect[4]) continue;
      if (redirect[3] && text[cursor.at] === '<') throw new NotSimulated('a here-document');
      skip(cursor, /[ \t]/);
      const from = redirect[3]
        ? 'input'
        : ({ '': 'output', '1': 'output', '2': 'errors', '&': 'both' } as const)[redirect[1] as ''];
      redirects.push({ from, append: redirect[2] === '>>', target: readPart(cursor) });
    } else if (assignment) {
      cursor.at += assignment[0].length;
      assignments.push({ name: assignment[1]!, value: readWord(cursor, parseScript) });
    } else if (cursor.at >= text.length || /[\n;&|)]/.test(text[cursor.at]!)) break;
    else if (rest.startsWith('#')) skip(cursor, /[^\n]/);
    else words.push(readPart(cursor));
  }
  if (text.startsWith('()', cursor.at)) throw new NotSimulated('a function');
  return { kind: 'simple', assignments, words, redirects };
}

/** A word that must be there. */
function readPart(cursor: Cursor): Word {
  const before = cursor.at;
  const word = readWord(cursor, parseScript);
  if (cursor.at === before) throw new NotSimulated(`unexpected ${cursor.text[before] ?? 'end'}`);
  return word;
}

function skip(cursor: Cursor, pattern: RegExp): void {
  while (cursor.at < cursor.text.length && pattern.test(cursor.text[cursor.at]!)) cursor.at++;
}

function peekKeyword({ text, at }: Cursor): string {
  return /^(?:[a-z]+|[!{}])(?=[\s;()]|$)/.exec(text.slice(at, at + 20))?.[0] ?? '';
}

function expect(cursor: Cursor, text: string): void {
  skip(cursor, /[\s;]/);
  if (!cursor.text.startsWith(text, cursor.at)) throw new NotSimulated(`expected ${text}`);
  cursor.at += text.length;
}
