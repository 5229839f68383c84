/** Labels as a cell: `app=web,tier=front`, `<none>` without any. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.sort().join(',') || '<none>';
}

/** The first of many, and how many there are besides: `a,b,c + 2 more...`; `none` when there are none at all. */
export function firstOfMany(items: readonly string[], max: number, none: string): string {
  if (items.length <= max) return items.join(',') || none;
  return `${items.slice(0, max).join(',')} + ${items.length - max} more...`;
}
