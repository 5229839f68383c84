// Runs a TypeScript program of this project in this very process (`node src/dev/run.mjs FILE [ARGUMENT…]`), after
// installing what is missing. One process means that a signal sent to it reaches the program.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import './install.mjs';

const { register } = await import('tsx/esm/api');
register();
const [node = '', , file = '', ...args] = process.argv;
const program = resolve(file);
process.argv = [node, program, ...args];
await import(pathToFileURL(program).href);
