/**
 * What `cache` has under a key, made if it is not there. The cache holds as many as `max`; the one that was asked for
 * longest ago goes first, which `dropped` hears of.
 */
export function keepRecent<T>(
  cache: Map<string, T>,
  key: string,
  options: { max: number; create: () => T; dropped?: (value: T) => void },
): T {
  const found = cache.get(key);
  if (found !== undefined) {
    // A Map keeps the order of insertion.
    cache.delete(key);
    cache.set(key, found);
    return found;
  }
  const created = options.create();
  cache.set(key, created);
  if (cache.size > options.max) {
    const [oldest, value] = cache.entries().next().value!;
    cache.delete(oldest);
    options.dropped?.(value);
  }
  return created;
}
