/**
 * The connections of a server, so that it can end well: who is being answered is answered to the end,
 * nobody else is waited for. Node's `server.close()` alone waits for connections that have never asked
 * for anything, as browsers open them ahead of time.
 */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export class Connections {
  readonly #server: Server;
  /** Responses that have not ended, by connection: more than one when requests are pipelined. */
  readonly #responses = new Map<Socket, number>();
  #stopping = false;

  /** To be made before the server has other listeners. */
  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#responses.set(socket, 0);
      socket.once("close", () => this.#responses.delete(socket));
    });
    server.on("request", (req: IncomingMessage, res: ServerResponse) => this.#begin(req, res));
  }

  /** How many responses are under way. */
  get responses(): number {
    let sum = 0;
    for (const count of this.#responses.values()) sum += count;
    return sum;
  }

  /** Whether a response is under way on `socket`. */
  isAnswering(socket: Socket): boolean {
    return (this.#responses.get(socket) ?? 0) > 0;
  }

  /** Takes no more connections, and resolves when the last response has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const [socket, count] of this.#responses) if (count === 0) socket.destroy();
    await closed;
  }

  /** Ends all that is left at once. */
  cut(): void {
    for (const socket of this.#responses.keys()) socket.destroy();
  }

  #begin({ socket }: IncomingMessage, res: ServerResponse): void {
    if (this.#stopping) res.setHeader("Connection", "close");
    this.#count(socket, 1);
    res.once("close", () => {
      if (this.#count(socket, -1) === 0 && this.#stopping) socket.destroySoon();
    });
  }

  #count(socket: Socket, by: 1 | -1): number | undefined {
    const before = this.#responses.get(socket);
    if (before === undefined) return undefined; // it has been closed
    this.#responses.set(socket, before + by);
    return before + by;
  }
}
