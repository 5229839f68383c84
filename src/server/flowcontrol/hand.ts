import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * The queues that a flow may use: a few of many, so that two flows seldom have all of them in common (shuffle sharding).
 * The same flow gets the same ones, everywhere. Source: `hashFlowID` and `shufflesharding.Dealer`.
 *
 * @param queues how many queues there are
 * @param handSize how many of them are dealt, at most `queues`
 */
export function dealHand(schema: string, distinguisher: string, queues: number, handSize: number): number[] {
  const digest = sha256(utf8ToBytes(`${schema}\u0000${distinguisher}`));
  let entropy = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0, true);
  const hand: number[] = [];
  const drawn: number[] = [];
  for (let i = 0; i < handSize; i++) {
    const left = BigInt(queues - i);
    drawn.push(Number(entropy % left));
    entropy /= left;
    // The card at that place among those that are left, counted among all.
    let card = drawn[i]!;
    for (let j = i; j > 0; j--) if (card >= drawn[j - 1]!) card++;
    hand.push(card);
  }
  return hand;
}
