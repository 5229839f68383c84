/** Seeds that once failed, each with what it found. They run first. */
export const failedSeeds: readonly (readonly [seed: number, found: string])[] = [
  [8, 'a daemon set took the pod that served for the younger one, by a clock that was set back'],
  [17, 'a pod that had counted as failed, because it was deleted, and then ended well, was held by its job for good'],
  [24, 'a job that ended before it had begun, by a clock that was set back, could not be finished'],
  [36, 'an Event that was dropped for its ending namespace was reported as an error'],
  [67, 'a suspended job that failed for good had no start, and could not be finished'],
  [163, 'a pod that waited for a claim of devices was not looked at when it got another'],
  [259, 'a job held its failed pods for replacements that the end of their namespace forbade, and the namespace never went'],
  [384, 'pods waited for volumes that nobody was told to make, because the commit that was to say so had failed'],
];
