/** Ranges of sizes and of costs: the least and the most. They stop at 2^64 - 1, which means unknown. */

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** As a double: the next one above 2^64 - 1, which no count in an expression comes near otherwise. */
export const unknownSize = 2 ** 64;

const capped = (value: number) => Math.min(value, unknownSize);

export const fixed = (value: number): Range => ({ min: value, max: value });
export const between = (min: number, max: number): Range => ({ min, max });
export const nothing = fixed(0);
export const one = fixed(1);
export const anySize: Range = { min: 0, max: unknownSize };

export const add = (...ranges: readonly Range[]): Range => ({
  min: capped(ranges.reduce((sum, { min }) => sum + min, 0)),
  max: capped(ranges.reduce((sum, { max }) => sum + max, 0)),
});
export const multiply = (a: Range, b: Range): Range => ({ min: capped(a.min * b.min), max: capped(a.max * b.max) });
/** So many units for each, rounded up. */
export const times = ({ min, max }: Range, factor: number): Range => ({
  min: capped(Math.ceil(min * factor)),
  max: capped(Math.ceil(max * factor)),
});
export const union = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
