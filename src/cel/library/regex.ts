/** `kubernetes.regex`. */
import { member, type Functions, type Implementation } from '../functions.ts';
import { intType, listOf, stringType } from '../types/type.ts';
import { ArrayList } from '../values/collections.ts';
import { findAll } from '../values/regex.ts';
import { isFault } from '../values/value.ts';

const find: Implementation = ([text, pattern], meter) => {
  const found = findAll(text as string, pattern as string, 1, meter);
  return isFault(found) ? found : (found[0] ?? '');
};

const all: Implementation = ([text, pattern, limit = -1n], meter) => {
  const found = findAll(text as string, pattern as string, Number(limit), meter);
  return isFault(found) ? found : new ArrayList(found);
};

export const regex: Functions = {
  find: [member('string_find_string', [stringType, stringType], stringType, find)],
  findAll: [
    member('string_find_all_string', [stringType, stringType], listOf(stringType), all),
    member('string_find_all_string_int', [stringType, stringType, intType], listOf(stringType), all),
  ],
};
