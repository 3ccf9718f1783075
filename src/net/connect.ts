/** `connect` and `createServer` of `node:net`, with receivers in the place of sockets. */
import net from "node:net";
import { invalidType } from "../core/errors.ts";
import type { BytesLike } from "../core/protocol.ts";
import { checkInto, receiver } from "./receiver.ts";
import type { Receiver, ReceiverOptions } from "./receiver.ts";

/** What `net.connect` takes, and `into`. */
export type ConnectOptions = net.NetConnectOpts & ReceiverOptions;

/** What `net.createServer` takes, and `into`. */
export type ServerOptions = net.ServerOpts & {
  /** Gives memory for the next bytes of a connection: connections cannot share one. */
  readonly into?: (socket: net.Socket) => BytesLike;
};

/**
 * Connects to a server, and receives what it sends into memory of one's own: `net.connect` and
 * {@link receiver} in one. The socket, to write to, is `.socket` of the result.
 *
 * *Copies:* none by itself. *Complexity:* that of `net.connect`.
 *
 * @throws {TypeError} when `into` is neither memory nor a function. What `net.connect` throws.
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import { bytearray } from "zerocopy";
 * import { connect } from "zerocopy/net";
 *
 * const server = net.createServer((socket) => socket.end(Buffer.alloc(100_000)));
 * server.listen(0, "127.0.0.1", async () => {
 *   const { port } = server.address() as net.AddressInfo;
 *   let bytes = 0;
 *   for await (const part of connect({ port, host: "127.0.0.1", into: bytearray(65536) })) {
 *     bytes += part.nbytes; // a view: no chunk was allocated
 *   }
 *   console.log(bytes); // 100000
 *   server.close();
 * });
 * ```
 */
export function connect(options: ConnectOptions): Receiver {
  checkInto(options);
  const { into, ...others } = options;
  const socket = net.connect(others);
  return receiver(socket, into === undefined ? {} : { into });
}

/**
 * A server whose connections are received into memory of one's own: `net.createServer`, with a
 * {@link Receiver} for each.
 *
 * As of `net.createServer`, a connection that has been received to its end is ended, unless the options
 * say `allowHalfOpen`: who answers behind the end of a request says it.
 *
 * *Copies:* none by itself. *Complexity:* that of `net.createServer`.
 *
 * @throws {TypeError} when `into` is no function, or `onConnection` is none.
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import { bytearray } from "zerocopy";
 * import { createServer, writeViews } from "zerocopy/net";
 *
 * const server = createServer({ into: () => bytearray(65536) }, async (incoming) => {
 *   incoming.socket.on("error", () => {});
 *   for await (const part of incoming) await writeViews(incoming.socket, [part]); // echo
 * });
 * server.listen(0, "127.0.0.1", () => {
 *   const { port } = server.address() as net.AddressInfo;
 *   const client = net.connect(port, "127.0.0.1").on("close", () => server.close());
 *   client.on("data", (bytes) => console.log(String(bytes))).end("hello");
 * });
 * ```
 */
export function createServer(
  options: ServerOptions,
  onConnection: (incoming: Receiver) => unknown,
): net.Server {
  const act = "create a server";
  if (typeof options !== "object" || options === null) {
    throw invalidType(act, "options to be an object", options);
  }
  const { into, ...others } = options;
  if (into !== undefined && typeof into !== "function") {
    throw invalidType(act, "into to be a function, since connections cannot share memory", into);
  }
  if (typeof onConnection !== "function") {
    throw invalidType(act, "a function that takes connections", onConnection);
  }
  return net.createServer(others, (socket) => {
    onConnection(receiver(socket, into === undefined ? {} : { into }));
  });
}
