/** What the bytes pass on their way from the connection to the body, by the path of a mechanism. */
import type { Hop, Route } from "../chapter.ts";

const fromSender: Hop = { from: "sender", to: "receive buffer", by: "device" };
const read: Hop = { from: "receive buffer", to: "user buffer", by: "copy", call: "read" };

export const receiveRoutes: Readonly<Record<string, Route>> = {
  "read-concat": [fromSender, read],
  "recv-copy": [fromSender, read],
  recv: [fromSender, read],
};
