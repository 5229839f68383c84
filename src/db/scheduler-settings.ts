import * as z from 'zod';

const Resource = z.strictObject({ name: z.string().min(1).max(317), weight: z.int().min(1).max(100).default(1) });
const Resources = z.array(Resource).min(1).max(20).optional();

/** Points of a function: what a use of so many percent is worth, from 0 to 10, in order of use. */
const Shape = z
  .array(z.strictObject({ utilization: z.int().min(0).max(100), score: z.int().min(0).max(10) }))
  .min(1)
  .max(50)
  .refine((points) => points.every(({ utilization }, i) => i === 0 || utilization > points[i - 1]!.utilization), {
    error: 'utilization values must be in increasing order',
  });

const ScoringStrategy = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('LeastAllocated'), resources: Resources }),
  z.strictObject({ type: z.literal('MostAllocated'), resources: Resources }),
  z.strictObject({
    type: z.literal('RequestedToCapacityRatio'),
    resources: Resources,
    requestedToCapacityRatio: z.strictObject({ shape: Shape }),
  }),
]);

const Profile = z.strictObject({
  /** The pods that say so in `spec.schedulerName`. */
  schedulerName: z.string().min(1).max(253).default('default-scheduler'),
  /** Of how many of the nodes that would do the best is chosen; 0: fewer, the more nodes there are. */
  percentageOfNodesToScore: z.int().min(0).max(100).optional(),
  /** LeastAllocated spreads pods over the nodes, the others can be made to fill one after the other. */
  scoringStrategy: ScoringStrategy.optional(),
});

/** The profiles of a cluster's scheduler; none: one with the defaults. The words are those of a KubeSchedulerConfiguration. */
export const SchedulerProfiles = z
  .array(Profile)
  .max(10)
  .refine((profiles) => new Set(profiles.map(({ schedulerName }) => schedulerName)).size === profiles.length, {
    error: 'every profile must have a schedulerName of its own',
  });
