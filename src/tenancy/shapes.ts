import { z } from '@hono/zod-openapi';

// Parts of bodies and answers that several groups of routes have.

export const Instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC.', example: '2026-01-01T00:00:00.000Z' });

/** The cluster in a path. */
export const ClusterPath = z.object({ cluster: z.string().meta({ description: 'Its name or its id.', example: 'prod' }) });

/** The query of a list: `cursor` is the `nextCursor` of the page before. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: 'Items in a page.' }),
  cursor: z.string().max(200).optional().meta({ description: '`nextCursor` of the page before.' }),
});

/** A page of a list. */
export const page = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().optional().meta({ description: 'For the next page; missing on the last one.' }),
  });

/** Of one item more than asked for: the page, and where the next one starts. */
export function pageOf<T, V>(found: readonly T[], limit: number, show: (item: T) => V, cursorOf: (item: T) => string) {
  const items = found.slice(0, limit);
  return { items: items.map(show), ...(found.length > limit && { nextCursor: cursorOf(items.at(-1)!) }) };
}
