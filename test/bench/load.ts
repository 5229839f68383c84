/** Runs `work` for 0 … `count`-1 with `inFlight` at a time. Latencies in ms. */
export async function load(count: number, inFlight: number, work: (index: number) => Promise<unknown>) {
  const latencies: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const start = performance.now();
      await work(next++);
      latencies.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  const rate = (count * 1_000) / (performance.now() - start);
  latencies.sort((a, b) => a - b);
  return { rate, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

/** Of numbers in order. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
