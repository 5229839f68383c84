import * as z from 'zod';

/**
 * What a node and its cluster say to each other over the node's one WebSocket, as JSON text frames. The node speaks
 * the cluster's own API through it, as `system:node:NAME`, so that everything a kubelet does over HTTPS works here with
 * the same verbs, checks and errors, and the cluster can sleep while the socket stays open.
 *
 * The heartbeat is the plain text `ping`, answered `pong` by the platform without waking the cluster.
 */
export const heartbeat = { request: 'ping', response: 'pong' } as const;
/** How often a node pings. The kubelet's lease is renewed every 10 s and lasts 40 s. */
export const heartbeatIntervalMs = 10_000;

/** `Sec-WebSocket-Protocol` of the tunnel. */
export const tunnelProtocol = 'v1.node.hibernetes.dev';

/** `{ cpu: '250m', memory: '64Mi' }`. */
const ResourceUsage = z.record(z.string().max(253), z.string().regex(/^\d{1,32}(?:[eE][-+]?\d{1,2}|[numkMGTPE]|[KMGTPE]i)?$/));

/** Node → cluster. */
export const NodeFrame = z.discriminatedUnion('type', [
  /** An API request. `path` is that of the cluster's API with its query, as `/api/v1/nodes`. */
  z.object({
    type: z.literal('request'),
    id: z.number().int().nonnegative(),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string().startsWith('/').max(4096),
    contentType: z.string().max(200).optional(),
    /** The body as text. */
    body: z.string().optional(),
  }),
  /** Starts a watch; `path` is a watch path, its `resourceVersion` that of a list. */
  z.object({ type: z.literal('watch'), id: z.number().int().nonnegative(), path: z.string().startsWith('/').max(4096) }),
  z.object({ type: z.literal('unwatch'), id: z.number().int().nonnegative() }),
  /** The answer to `measure`: what the node and its running pods use, as quantities by resource. */
  z.object({
    type: z.literal('measured'),
    id: z.number().int().nonnegative(),
    usage: z.object({
      node: ResourceUsage,
      pods: z.array(
        z.object({
          uid: z.string().max(64),
          containers: z.array(z.object({ name: z.string().max(63), usage: ResourceUsage })),
        }),
      ),
      windowSeconds: z.number().positive(),
    }),
  }),
]);
export type NodeFrame = z.infer<typeof NodeFrame>;

/** Cluster → node. */
export const ClusterFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response'), id: z.number().int(), status: z.number().int(), body: z.string() }),
  /**
   * Events of a watch, in order: `lines` are watch events as JSON (`{"type":"ADDED","object":{…}}`). After `position`
   * the watch has seen everything up to that revision; events at or below a position seen before are repeats, to be dropped.
   */
  z.object({ type: z.literal('events'), id: z.number().int(), position: z.number().int(), lines: z.array(z.string()) }),
  /** The watch is over; list again and start a new one. */
  z.object({ type: z.literal('ended'), id: z.number().int(), status: z.number().int(), message: z.string() }),
  /** Asks what the node and its pods use now. Sent when somebody wants to know, never by itself. */
  z.object({ type: z.literal('measure'), id: z.number().int() }),
]);
export type ClusterFrame = z.infer<typeof ClusterFrame>;
