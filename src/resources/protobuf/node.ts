/** Field numbers of node/v1; the notation is that of `machinery/protobuf/facts.ts`. */
export const nodeV1 = {
  Overhead: 'podFixed=1',
  RuntimeClass: 'metadata=1 handler=2 overhead?=3 scheduling?=4',
  Scheduling: 'nodeSelector=1 tolerations=2',
};
