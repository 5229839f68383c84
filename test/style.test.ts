import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// The rules of the layout, kept by a test: who may import whom, who is pure, how long a file may be.

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * What each folder of src may import besides itself. Imports point one way; siblings are not in each other's lists.
 *
 *   lib ← machinery ← resources ← controllers, scheduler, authz ← admission ← server ← cluster ← gateway ← worker.ts
 *   lib ← db ← storage, authn ← tenancy
 *   lib ← tunnel; agent, cli and dev are programs of their own, for Node.js
 */
const mayImport: Record<string, readonly string[]> = {
  lib: [],
  machinery: ['lib'],
  cel: ['lib', 'machinery'],
  history: ['lib', 'machinery', 'resources'],
  resources: ['lib', 'machinery', 'cel'],
  controllers: ['lib', 'machinery', 'cel', 'resources'],
  scheduler: ['lib', 'machinery', 'resources'],
  admission: ['lib', 'machinery', 'cel', 'resources', 'authz'],
  authz: ['lib', 'machinery', 'resources'],
  tunnel: ['lib', 'machinery'],
  db: ['lib'],
  authn: ['lib', 'machinery', 'cel', 'db'],
  storage: ['lib', 'machinery', 'resources', 'db'],
  automation: ['lib', 'machinery', 'cel', 'resources', 'db', 'storage', 'env.ts'],
  tenancy: ['lib', 'machinery', 'db', 'authn', 'storage', 'automation', 'history'],
  server: ['lib', 'machinery', 'resources', 'history', 'admission', 'authz', 'storage', 'tunnel'],
  cluster: [
    'lib',
    'machinery',
    'resources',
    'controllers',
    'scheduler',
    'admission',
    'authz',
    'storage',
    'db',
    'authn',
    'automation',
    'history',
    'server',
    'tunnel',
    'env.ts',
  ],
  gateway: ['lib', 'machinery', 'db', 'authn', 'automation', 'tenancy', 'server', 'cluster', 'tunnel', 'env.ts'],
  'env.ts': ['automation', 'cluster'],
  'worker.ts': ['automation', 'gateway', 'cluster', 'env.ts'],
  agent: ['lib', 'machinery', 'resources', 'tunnel'],
  cli: ['lib', 'dev'],
  dev: ['lib', 'db', 'authn', 'gateway', 'agent', 'env.ts'],
};

/** Folders that decide and do nothing else: time, chance and the network come in as arguments. */
const pure = ['machinery', 'cel', 'history', 'resources', 'controllers', 'scheduler', 'admission', 'authz'];
const impurities = [
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\bMath\.random\(/,
  /\bperformance\.now\(/,
  /\bcrypto\.(?:randomUUID|getRandomValues)\(/,
  /\bset(?:Timeout|Interval)\(/,
  /(?<![.\w])fetch\(/,
];
/** Libraries that are pure themselves. */
const purePackages = ['@noble/hashes/hmac.js', '@noble/hashes/sha2.js', '@noble/hashes/utils.js', 'ipaddr.js', 'json-p3', 're2js', 'yaml'];

const lineCountMax = 400;
/** Longer files, each with the reason why it is not two. The number is the most it may have: it only goes down. */
const longFiles: Record<string, { lines: number; reason: string }> = {
  'test/contracts/store.ts': { lines: 566, reason: 'one contract, run as a whole against every store' },
};

interface SourceFile {
  /** From the root: `src/lib/clock.ts`. */
  path: string;
  text: string;
}

const sources = filesOf('src');
const tests = filesOf('test');

function filesOf(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Everything a file imports, types too: relative ones as paths from the root. */
function importsOf({ path, text }: SourceFile): string[] {
  const code = withoutComments(text);
  const found = [
    ...code.matchAll(/^\s*(?:import|export)\s[^;'"]*?from '([^'\n]+)'|^\s*import '([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm),
  ];
  return found
    .map((match) => (match[1] ?? match[2] ?? match[3])!)
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

const areaOf = (path: string): string => path.split('/')[1]!;

describe('imports', () => {
  it('point one way', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('src/'))
        .filter((name) => areaOf(name) !== areaOf(file.path) && !mayImport[areaOf(file.path)]?.includes(areaOf(name)))
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('are allowed without a circle', () => {
    // env.ts names the type of the object's class, which reads env.ts: the one circle, of types only.
    const edges = Object.entries(mayImport).filter(([area]) => area !== 'env.ts');
    const reachable = (area: string, seen = new Set<string>()): Set<string> => {
      for (const next of edges.find(([name]) => name === area)?.[1] ?? []) if (!seen.has(next)) reachable(next, seen.add(next));
      return seen;
    };
    expect(edges.map(([area]) => area).filter((area) => reachable(area).has(area))).toEqual([]);
    expect(sources.find(({ path }) => path === 'src/env.ts')?.text).not.toMatch(/^import (?!type)\S.* from '\.\/cluster/m);
  });

  it('know every folder of src', () => {
    const areas = new Set(sources.map(({ path }) => areaOf(path)));
    expect([...areas].filter((area) => !(area in mayImport))).toEqual([]);
  });

  it('of the Neon driver are in one file', () => {
    const importers = sources.filter((file) => importsOf(file).includes('@neondatabase/serverless')).map(({ path }) => path);
    expect(importers).toEqual(['src/db/client.ts']);
  });

  it('name files with their extension', () => {
    const wrong = [...sources, ...tests].flatMap((file) =>
      importsOf(file)
        .filter((name) => /^(src|test)\//.test(name) && !/\.(ts|tsx|mjs|json)$/.test(name))
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('of the programs for Node.js are not reached from the Worker', () => {
    const seen = new Set<string>();
    const visit = (path: string) => {
      const file = sources.find((source) => source.path === path);
      if (!file || seen.has(path)) return;
      seen.add(path);
      importsOf(file).forEach(visit);
    };
    visit('src/worker.ts');
    const node = sources
      .filter(({ path }) => seen.has(path))
      .filter((file) => importsOf(file).some((name) => name.startsWith('node:')));
    expect(node.map(({ path }) => path)).toEqual([]);
    expect(seen.size).toBeGreaterThan(50);
  });
});

describe('pure folders', () => {
  const files = sources.filter(({ path }) => pure.includes(areaOf(path)));

  it('import no platform', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith('src/') && !purePackages.includes(name))
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('have no clock, chance or network of their own', () => {
    const wrong = files.flatMap(({ path, text }) =>
      impurities.filter((pattern) => pattern.test(withoutComments(text))).map((pattern) => `${path}: ${pattern.source}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  const lengthOf = ({ text }: SourceFile) => text.split('\n').length - 1;

  it('are short, or have a reason', () => {
    const tooLong = [...sources, ...tests]
      .filter((file) => lengthOf(file) > (longFiles[file.path]?.lines ?? lineCountMax))
      .map((file) => `${file.path}: ${lengthOf(file)} lines, at most ${longFiles[file.path]?.lines ?? lineCountMax}`);
    expect(tooLong).toEqual([]);
  });

  it('leave the list of long ones when they are short again', () => {
    const stale = Object.keys(longFiles).filter((path) => {
      const file = [...sources, ...tests].find((candidate) => candidate.path === path);
      return !file || lengthOf(file) <= lineCountMax;
    });
    expect(stale).toEqual([]);
  });

  it('are not drawers', () => {
    const drawers = sources.filter(({ path }) => /(^|\/)(utils?|helpers?|misc)(\.ts|\/)/.test(path)).map(({ path }) => path);
    expect(drawers).toEqual([]);
  });

  it('leave no notes to finish later', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b/;
    const others = [...sources, ...tests].filter(({ path }) => path !== 'test/style.test.ts');
    expect(others.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
