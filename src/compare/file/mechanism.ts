import type { Socket } from "node:net";
import type { FilePart, Mechanism } from "../chapter.ts";

/** A way to send a file. */
export interface FileMechanism extends Mechanism {
  /**
   * Sends `part` and ends the socket. Resolves, to the path the bytes took, when the receiver has had
   * everything.
   */
  send(socket: Socket, part: FilePart): Promise<string>;
}
