import { play, type Outcome, type Script } from './run.ts';

/**
 * Looks for a shorter script that goes wrong in the same way: leaves out halves, quarters and so on of its steps, down to
 * single ones, as long as the rest still fails. Plays at most `plays` scripts.
 */
export async function shrink(script: Script, plays: number): Promise<{ script: Script; outcome: Outcome }> {
  let best = { script, outcome: await play(script) };
  let left = plays;
  for (let size = Math.ceil(lengthOf(script) / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < lengthOf(best.script) && left > 0;) {
      const shorter = without(best.script, from, from + size);
      const outcome = await play(shorter);
      left--;
      if (kindOf(outcome) === kindOf(best.outcome)) best = { script: shorter, outcome };
      else from += size;
    }
  }
  return best;
}

/** What went wrong first, without names and numbers. */
const kindOf = ({ problems }: Outcome): string | undefined => problems[0]?.replace(/\S*[\d/"]\S*/g, '…').slice(0, 200);

const lengthOf = ({ parts }: Script): number => parts.reduce((sum, { steps }) => sum + steps.length, 0);

/** The script without the steps from number `from` up to `to`, counted over all parts. */
function without({ seed, parts }: Script, from: number, to: number): Script {
  let count = 0;
  const isKept = () => {
    const at = count++;
    return at < from || at >= to;
  };
  return { seed, parts: parts.map(({ weather, steps }) => ({ weather, steps: steps.filter(isKept) })) };
}
