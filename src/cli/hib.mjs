#!/usr/bin/env node
// The command line, `npx hibernetes …` or `hib …`: from any folder, without a build.
import '../dev/install.mjs';

const { register } = await import('tsx/esm/api');
register();
await import(new URL('main.ts', import.meta.url).href);
