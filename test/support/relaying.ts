/** A proxy between two ends, without a process of its own: client ⇄ a │ b ⇄ server. */
import { once } from "node:events";
import net from "node:net";
import type { Kind } from "./sockets.ts";
import { listen, own } from "./sockets.ts";

export interface Proxied {
  readonly client: net.Socket;
  /** The proxy's end towards the client; has not been read from. */
  readonly a: net.Socket;
  /** The proxy's end towards the server. */
  readonly b: net.Socket;
  readonly server: net.Socket;
}

/** All four are destroyed after the test. The outer two may be ended one way, the inner not. */
export async function proxied(kind: Kind = "TCP"): Promise<Proxied> {
  const [client, a] = await pair(kind, { outer: "connecting" });
  const [server, b] = await pair(kind, { outer: "accepted" });
  return { client, a, b, server };
}

/** An outer and an inner end; nobody has read from either. */
async function pair(
  kind: Kind,
  { outer }: { outer: "connecting" | "accepted" },
): Promise<[outer: net.Socket, inner: net.Socket]> {
  const listener = net.createServer({
    pauseOnConnect: true,
    allowHalfOpen: outer === "accepted",
  });
  const accepting = once(listener, "connection");
  const address = await listen(listener, kind);
  const connecting = net.connect({ ...address, allowHalfOpen: outer === "connecting" });
  const [accepted] = (await accepting) as [net.Socket];
  if (connecting.connecting) await once(connecting, "connect");
  listener.close();
  for (const socket of [accepted, connecting]) own(socket);
  return outer === "accepted" ? [accepted, connecting] : [connecting, accepted];
}

/** Everything up to the end that the peer says; the writing side stays as it is. */
export async function untilEnd(socket: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).resume();
  await once(socket, "end");
  return Buffer.concat(chunks);
}
