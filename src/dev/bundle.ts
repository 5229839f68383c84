import { build, type BuildFailure } from 'esbuild';
import { DevError } from './errors.ts';

/**
 * Bundles the Worker as wrangler does for a deployment: one ES module, only the platform's own modules left out. Returns
 * its code. Throws `DevError` with the first mistake when the source does not compile.
 */
export async function bundleWorker(entry: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2024',
      platform: 'browser',
      conditions: ['workerd', 'worker', 'browser'],
      mainFields: ['browser', 'module', 'main'],
      external: ['cloudflare:*', 'node:*'],
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
    });
    return outputFiles[0]!.text;
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (!first) throw error;
    const place = first.location ? ` (${first.location.file}:${first.location.line})` : '';
    throw new DevError(`the Worker cannot be built: ${first.text}${place}`);
  }
}
