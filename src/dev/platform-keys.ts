import { randomBytes } from 'node:crypto';
import { readSecret, writeSecret } from './secret-file.ts';

/**
 * The binding `PLATFORM_KEYS` of the local server: what the file says, one `ID:BASE64` a line, of which the first one wraps.
 * Without the file a key is made. Its id tells it from those of other data folders, so that a lost file is told from a
 * wrong one.
 */
export async function loadPlatformKeys(file: string): Promise<string> {
  const known = await readSecret(file);
  if (known !== undefined) return known.split(/\s+/).join(',');
  const made = `local-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`;
  await writeSecret(file, made);
  return made;
}
