import { NotSimulated, type Part, type Script, type Word } from './syntax.ts';

/** Where a script is read. */
export interface Cursor {
  readonly text: string;
  at: number;
}

const endsWord = /[\s;&|<>()]/;

/** Reads one word at the cursor. `parseScript` reads what is in `$(…)`. */
export function readWord(cursor: Cursor, parseScript: (text: string) => Script): Word {
  const parts: Part[] = [];
  const { text } = cursor;
  while (cursor.at < text.length && !endsWord.test(text[cursor.at]!)) {
    const char = text[cursor.at]!;
    if (char === "'") parts.push({ text: readTo(cursor, "'"), quoted: true });
    else if (char === '"') readQuoted(cursor, parts, parseScript);
    else if (char === '$' || char === '`') parts.push(readExpansion(cursor, false, parseScript));
    else if (char === '\\') {
      parts.push({ text: text[cursor.at + 1] === '\n' ? '' : (text[cursor.at + 1] ?? ''), quoted: true });
      cursor.at += 2;
    } else {
      parts.push({ text: char, quoted: false });
      cursor.at++;
    }
  }
  return parts;
}

/** What stands between the quote at the cursor and the next one. */
function readTo(cursor: Cursor, quote: string): string {
  const end = cursor.text.indexOf(quote, cursor.at + 1);
  if (end < 0) throw new NotSimulated('a quote is not closed');
  const inner = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return inner;
}

function readQuoted(cursor: Cursor, parts: Part[], parseScript: (text: string) => Script): void {
  const { text } = cursor;
  // An empty pair of quotes is a word, too.
  parts.push({ text: '', quoted: true });
  for (cursor.at++; text[cursor.at] !== '"';) {
    const char = text[cursor.at];
    if (char === undefined) throw new NotSimulated('a quote is not closed');
    if (char === '$' || char === '`') parts.push(readExpansion(cursor, true, parseScript));
    else if (char === '\\' && /["$`\\\n]/.test(text[cursor.at + 1] ?? '')) {
      parts.push({ text: text[cursor.at + 1] === '\n' ? '' : text[cursor.at + 1]!, quoted: true });
      cursor.at += 2;
    } else {
      parts.push({ text: char, quoted: true });
      cursor.at++;
    }
  }
  cursor.at++;
}

function readExpansion(cursor: Cursor, quoted: boolean, parseScript: (text: string) => Script): Part {
  const { text, at } = cursor;
  if (text[at] === '`') return { script: parseScript(readTo(cursor, '`')), quoted };
  if (text.startsWith('$((', at)) return { arithmetic: readBraces(cursor, at + 1).slice(1, -1), quoted };
  if (text[at + 1] === '(') return { script: parseScript(readBraces(cursor, at + 1)), quoted };
  const braced = /^\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/.exec(text.slice(at, at + 1000));
  const plain = /^\$([A-Za-z_]\w*|[?$#@*0-9])/.exec(text.slice(at, at + 1000));
  const match = braced ?? plain;
  if (!match) {
    if (text[at + 1] === '{') throw new NotSimulated('an expansion of variables');
    cursor.at++;
    return { text: '$', quoted };
  }
  cursor.at += match[0].length;
  return { variable: match[1]!, quoted, ...(match[2] !== undefined && { fallback: match[2] }) };
}

/** What is between the parenthesis at `from` and the one that closes it. */
function readBraces(cursor: Cursor, from: number): string {
  let depth = 0;
  for (let i = from; i < cursor.text.length; i++) {
    if (cursor.text[i] === '(') depth++;
    else if (cursor.text[i] === ')' && --depth === 0) {
      cursor.at = i + 1;
      return cursor.text.slice(from + 1, i);
    }
  }
  throw new NotSimulated('a parenthesis is not closed');
}
