import { heartbeatIntervalMs, tunnelProtocol } from '../tunnel/frames.ts';

/**
 * A node that was silent for so long has no session any more, whatever TCP believes. Less than the 40 s that a kubelet's Lease
 * lasts, so that the cluster is awake when they are over.
 */
const silenceMaxMs = 2.5 * heartbeatIntervalMs;

/**
 * Joins a node's WebSocket to one of its cluster's object and passes messages on. The clock that finds a silent node
 * runs here, so that the object can sleep; it learns of the loss by the end of its socket.
 *
 * @param opened the object's answer to the upgrade: with a socket, or an error that is passed on as it is
 */
export function nodeTunnel(opened: Response): Response {
  const cluster = opened.webSocket;
  if (!cluster) return opened;
  const { 0: client, 1: node } = new WebSocketPair();
  let heardAtMs = Date.now();
  const silence = setInterval(() => {
    if (Date.now() - heardAtMs > silenceMaxMs) end(1001, 'no heartbeat');
  }, heartbeatIntervalMs);

  const end = (code: number, reason: string) => {
    clearInterval(silence);
    // 1005 and 1006 say that there was no code; they may not be sent.
    const sendable = code === 1005 || code === 1006 ? 1001 : code;
    for (const socket of [cluster, node])
      try {
        socket.close(sendable, reason);
      } catch {
        // It was closed already.
      }
  };
  const pass = (from: WebSocket, to: WebSocket) => {
    from.addEventListener('message', ({ data }) => {
      if (from === node) heardAtMs = Date.now();
      try {
        to.send(data);
      } catch {
        end(1001, 'the other side is gone');
      }
    });
    from.addEventListener('close', ({ code, reason }) => end(code, reason));
    from.addEventListener('error', () => end(1011, 'the connection broke'));
  };
  pass(node, cluster);
  pass(cluster, node);
  node.accept();
  cluster.accept();
  return new Response(null, { status: 101, webSocket: client, headers: { 'sec-websocket-protocol': tunnelProtocol } });
}
