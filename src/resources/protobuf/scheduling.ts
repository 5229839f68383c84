/** Field numbers of scheduling/v1; the notation is that of `machinery/protobuf/facts.ts`. */
export const schedulingV1 = {
  PriorityClass: 'metadata=1 value=2 globalDefault=3 description=4 preemptionPolicy?=5',
};
