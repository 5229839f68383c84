import { parseQuantity, quantityMilliValue } from '../../machinery/quantity.ts';

type Amounts = Readonly<Record<string, string>> | undefined;

/** About an amount that should be a whole number of bytes and is not; `path` is that of the amounts. */
export function fractionalWarnings(amounts: Amounts, name: string, path: string): string[] {
  const text = amounts?.[name];
  if (text === undefined || quantityMilliValue(parseQuantity(text)) % 1000 === 0) return [];
  return [`${path}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`];
}

/** What a client should know about the spec of a claim (`GetWarningsForPersistentVolumeClaimSpec` upstream). */
export const claimSpecWarnings = ({ resources = {} }: { resources?: { requests?: Amounts; limits?: Amounts } }, path: string) =>
  (['requests', 'limits'] as const).flatMap((part) =>
    fractionalWarnings(resources[part], 'storage', `${path}.resources.${part}`),
  );
