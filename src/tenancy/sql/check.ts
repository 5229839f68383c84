import { Refusal } from './parts.ts';
import { writeQuery } from './queries.ts';

/** Characters of a query; the parser needs some 200 ms for the worst that fits. */
export const queryCharactersMax = 8_000;
const parenthesesMax = 50;

/**
 * The query that is run for a tenant's: the same, written anew out of nothing but what the language has (`language.ts`), with
 * all names in quotes and in their schemas. Of the text that was sent nothing is left. Throws a `Refusal` that names what is
 * not supported.
 */
export async function checkedQuery(text: string): Promise<string> {
  if (text.length > queryCharactersMax) throw new Refusal(`a query has ${queryCharactersMax} characters at most`);
  if (deepest(text) > parenthesesMax) throw new Refusal('the query is nested too deeply');
  const statements = await parsed(text);
  const [statement] = statements;
  if (!statement || statements.length > 1) throw new Refusal('one SELECT is expected');
  return writeQuery(statement);
}

async function parsed(text: string) {
  // Its grammar is large, and not needed by who asks for anything else.
  const { parse } = await import('pgsql-ast-parser');
  try {
    return parse(text);
  } catch (error) {
    const place = /at line (\d+) col (\d+)/.exec(error instanceof Error ? error.message : '');
    throw new Refusal(place ? `the query is not understood from line ${place[1]}, column ${place[2]} on` : 'the query is not understood');
  }
}

/** How deep parentheses are at most, those in texts and comments too. */
function deepest(text: string): number {
  let depth = 0;
  let max = 0;
  for (const char of text) {
    if (char === '(' || char === '[') max = Math.max(max, ++depth);
    else if (char === ')' || char === ']') depth--;
  }
  return max;
}
