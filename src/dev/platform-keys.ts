import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { readSecret, writeSecret } from './secret-file.ts';

/**
 * The binding `PLATFORM_KEYS` of the local server: what the file says, one `ID:BASE64` a line, of which the first one wraps.
 * Without the file a key is made. Its id tells it from those of other data folders, so that a lost file is told from a
 * wrong one.
 *
 * Servers that share a database of somebody else's (`databaseUrl`) share a key as well, which is made of the password for it:
 * who has that reads the database anyway, and who has only a copy of the database does not read Secrets. It is kept in the
 * file, so that what it encrypted can still be read when the password is changed.
 */
export async function loadPlatformKeys(file: string, databaseUrl?: string): Promise<string> {
  const known = (await readSecret(file))?.split(/\s+/) ?? [];
  const first = databaseUrl !== undefined ? sharedKey(databaseUrl) : (known[0] ?? ownKey());
  const keys = [first, ...known.filter((key) => key !== first)];
  if (!known.includes(first)) await writeSecret(file, keys.join('\n'));
  return keys.join(',');
}

const ownKey = () => `local-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`;

function sharedKey(databaseUrl: string): string {
  const { password, pathname } = new URL(databaseUrl);
  const key = Buffer.from(hkdfSync('sha256', password, pathname, 'hibernetes platform key', 32));
  const id = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return `shared-${id}:${key.toString('base64')}`;
}
