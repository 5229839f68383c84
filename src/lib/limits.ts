/**
 * Every bound of the product in one place, each with its unit in the name. What happens past a bound is said where it
 * is enforced (413, 429 with Retry-After, 403, 410).
 */
export const limits = {
  /** A request's body, as kube-apiserver's `--max-request-body-bytes`. Past it: 413. */
  requestBodyBytes: 3 * 1024 * 1024,
  /** An answer that is longer is compressed for clients that take gzip, as upstream does. */
  compressFromBytes: 128 * 1024,
  /** A JWT as a bearer token. Longer ones are not looked at: 401. */
  bearerTokenBytes: 16 * 1024,
  /** Wrong secrets for one bootstrap token within a minute, in one isolate, that the cluster is asked about. Past it: 429. */
  bootstrapTokenRefusals: 10,
  /** Values in one body: numbers, texts, lists, objects. Past it: 413. An object that may be stored has fewer. */
  bodyValues: 200_000,
  /** Problems of one object that an answer tells of. The others are left out. */
  problemsTold: 250,
  /** Steps of about 20 ns for validating one custom resource against its schema. Past it: 422. */
  validationSteps: 50_000_000,
  /** Instructions of one regular expression, once its repetitions are written out. Past it: 422. */
  patternInstructions: 5_000,
  /** Instructions of all regular expressions in the schema of one version of a definition. Past it: 422. */
  definitionPatternInstructions: 100_000,
  /** An object as stored. Past it: 413 (etcd's 1.5 MiB). */
  objectBytes: 1_572_864,
  /** Operations in one JSON Patch. Past it: 413. */
  jsonPatchOperations: 10_000,
  /**
   * Seats of one cluster for requests: how many are worked on at once, the wait for their commit included. The rest waits in
   * the queues of its priority level; past those: 429.
   */
  requestSeats: 64,
  /** Of the seats that levels lend each other, those kept for flows that have none. */
  requestSeatsForOthers: 8,
  /** Seats of one flow (usually a user) while there are others. */
  requestSeatsInCompany: 8,
  /** Requests that waited for a seat and begin in one turn of the thread; what has come meanwhile is looked at in between. */
  requestsBegunPerTurn: 4,
  /** Writes of one cluster waiting for a commit. Past it: 429. */
  writesQueued: 10_000,
  /** Changes in one commit. The rest waits for the next one. */
  commitChanges: 1_000,
  /** Bytes of objects in one commit. The rest waits for the next one. */
  commitBytes: 8 * 1024 * 1024,
  /** Change events kept in memory for watches that start in the past. Older ones are read from the log. */
  recentEvents: 4_096,
  /** Bytes of those events, old and new object together. */
  recentEventBytes: 16 * 1024 * 1024,
  /** Bytes of objects kept as they were written, with their parsed form, about. Those used longest ago are packed past it. */
  warmBytes: 24 * 1024 * 1024,
  /** Bytes of objects that were replaced and keep their parsed form for who follows the changes, about. */
  retiredBytes: 8 * 1024 * 1024,
  /** Events one watch may have to catch up from the log. Past it: 410, list again. */
  catchUpEvents: 50_000,
  /** Bytes of those events, old and new object together. Past it: 410, list again. */
  catchUpBytes: 24 * 1024 * 1024,
  /** Bytes of earlier states of objects in one look at a moment in the past. Past it: 410, ask for less. */
  rewindBytes: 24 * 1024 * 1024,
  /** Objects of one restore that could not be restored, as its record tells of them. The others are counted in. */
  restoreProblemsTold: 100,
  /** Steps of a plan of a restore that are shown. */
  restoreStepsShown: 1_000,
  /** Rows of one answer to a tenant's SQL, and their bytes. What is past it is left out, and the answer says so. */
  sqlRows: 1_000,
  sqlAnswerBytes: 4 * 1024 * 1024,
  /** How long one query of a tenant's may take, in milliseconds. Past it: 422. */
  sqlMs: 5_000,
  /** Queries of one tenant under way at a time. Past it: 429. */
  sqlPerTenant: 2,
  /** Objects in one import. Past it: 422. */
  importObjects: 400,
  /** Bytes of objects in one answer of the database; more is read in pages (Neon's HTTP stops at 64 MiB, escapes included). */
  databasePageBytes: 8 * 1024 * 1024,
  /** How long one answer of the database may take, in milliseconds. Past it the outcome counts as unknown. */
  databaseAnswerMs: 15_000,
  /** How long a write waits for what a controller is about to create, in milliseconds. Past it: 403. */
  admissionWaitMs: 2_000,
  /** How often one write is decided anew because of what webhooks must be asked. Past it: 504. */
  consultationRounds: 100,
  /** The answer of a webhook. A longer one is none. */
  webhookAnswerBytes: 4 * 1024 * 1024,
  /** Subscriptions of webhooks in one cluster, each of which is a look at every change of its kinds. Past it: 403. */
  webhookSubscriptions: 200,
  /** The body of one delivery to a webhook. A larger object is told by its metadata. */
  deliveryBytes: 512 * 1024,
  /** How long the receiver of a webhook has to answer, in milliseconds. Past it the attempt has failed. */
  deliveryAnswerMs: 15_000,
  /** What is kept of an answer, for the log. The rest is not read. */
  deliveryAnswerBytes: 1_024,
  /** Deliveries of one subscription under way at a time. */
  deliveriesPerSubscription: 32,
  /** Deliveries of one cluster under way at a time. */
  deliveriesPerCluster: 128,
  /** Deliveries of one subscription in memory, and bytes of those of a cluster: the rest waits in the database. */
  deliveriesInMemory: 512,
  deliveryBytesInMemory: 24 * 1024 * 1024,
  /** Deliveries that are done of one subscription, as the log shows them; and those that were given up. Older ones go. */
  deliveriesKept: 1_000,
  deadLettersKept: 10_000,
  /** How long a delivery is tried, in milliseconds since the change. Then it is a dead letter. */
  deliveryPatienceMs: 24 * 3_600_000,
  /** A document of an outside issuer of tokens: discovery or keys. A longer one is none. */
  issuerDocumentBytes: 256 * 1024,
  /** How long the pages of one list may be asked for, in seconds, as etcd's compaction lets upstream. Past it: 410. */
  continueSeconds: 300,
  /** Requests of one user that one isolate of the Worker has under way. Past it: 429. */
  requestsUnderWayPerUser: 1_000,
  /** Bytes of the bodies of one user's requests that wait for their turn, in one isolate. Past it: 429. */
  waitingBytesPerUser: 32 * 1024 * 1024,
  /** Watches and node sessions attached to one cluster. Past it: 429. */
  watchesPerCluster: 5_000,
  /** Bytes waiting for a slow watch client. Past it the stream is ended. */
  watchBacklogBytes: 16 * 1024 * 1024,
  /** Bytes of events in one message from the object to a watch; larger batches are split. */
  watchMessageBytes: 1024 * 1024,
  /** One frame of a node's tunnel. Past it the session is closed with code 1009. */
  tunnelFrameBytes: 4 * 1024 * 1024,
  /** Requests one node may have in flight. Past it: 429. */
  tunnelRequestsInFlight: 256,
  /** How long a node has to say what it uses, in milliseconds. Past it its usage is not known. */
  measureAnswerMs: 3_000,
  /** For how long what a node said it uses is taken for what it uses, in milliseconds, before it is asked again. */
  measuredFreshMs: 10_000,
  /** For how long it is given out when the node does not answer any more, in milliseconds. */
  measuredKeptMs: 60_000,
  /** An audit event as JSON, in characters. Of a longer one the objects are left out. */
  auditEventBytes: 256 * 1024,
  /** Audit events of one cluster waiting to be written. Past it they are dropped and counted. */
  auditEventsQueued: 10_000,
  /** What those hold on to, in bytes, about. Past it they are dropped and counted. */
  auditBytesQueued: 8 * 1024 * 1024,
  /** Audit events in one statement, and in one request to a webhook. The rest waits for the next one. */
  auditBatchEvents: 400,
  /** Characters of audit events in one statement, and in one request to a webhook, but one event at least. */
  auditBatchBytes: 2 * 1024 * 1024,
  /** Keys one pass of the reconcile loop handles before it lets requests in. */
  reconcileKeysPerPass: 64,
  /** Pods one scheduling pass looks at. */
  podsPerSchedulingPass: 512,
  /** Nodes one scheduling pass looks at, over all its pods. */
  nodeLooksPerSchedulingPass: 500_000,
} as const;
