import { maxNodeScore } from '../framework.ts';

/** A point of a function from utilization (0…100) to a score (0…10), as upstream's UtilizationShapePoint. */
export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}

/** The scores of a shape go up to this. */
const maxShapeScore = 10;

/**
 * The function through the points, in order of utilization: straight between two points, level before the first and after
 * the last. Answers a plugin's score; whole numbers, cut off towards zero as upstream's.
 */
export function functionThrough(shape: readonly ShapePoint[]): (utilization: number) => number {
  const points = shape.map(({ utilization, score }) => ({ at: utilization, score: score * (maxNodeScore / maxShapeScore) }));
  return (utilization) => {
    for (const [i, { at, score }] of points.entries()) {
      if (utilization > at) continue;
      const before = points[i - 1];
      if (!before) return score;
      return before.score + Math.trunc(((score - before.score) * (utilization - before.at)) / (at - before.at));
    }
    return points.at(-1)?.score ?? 0;
  };
}
