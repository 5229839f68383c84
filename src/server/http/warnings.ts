/** How much all warnings of an answer may be together, in characters; beyond, each is cut. Upstream's numbers. */
const totalCharsMax = 4096;
const cutCharsMax = 256;

/** Sentences for the client as values of Warning headers: each one once, and cut if they are too much together. */
export function warningValues(sentences: readonly string[]): string[] {
  const distinct = [...new Set(sentences)].filter((sentence) => sentence !== '');
  const total = distinct.reduce((sum, { length }) => sum + length, 0);
  if (total <= totalCharsMax) return distinct.map(warningValue);
  let written = 0;
  return distinct.flatMap((sentence) => {
    if (written >= totalCharsMax) return [];
    const cut = sentence.slice(0, cutCharsMax);
    written += cut.length;
    return [warningValue(cut)];
  });
}

/** A sentence for the client as the value of a Warning header. */
export const warningValue = (sentence: string): string => `299 - ${quoted(sentence)}`;

/** A quoted string of HTTP; what cannot stand in a header is left out. */
const quoted = (text: string) => `"${text.replace(/[^\x20-\x7e\t]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
