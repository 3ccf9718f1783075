/** What the bytes pass on their way from one connection to the other, by the path of a mechanism. */
import type { Hop, Route } from "../chapter.ts";

const fromSender: Hop = { from: "sender", to: "receive buffer", by: "device" };
const toNetwork: Hop = { from: "socket buffer", to: "network", by: "device" };

export const relayRoutes: Readonly<Record<string, Route>> = {
  "read-write": [
    fromSender,
    { from: "receive buffer", to: "user buffer", by: "copy", call: "read" },
    { from: "user buffer", to: "socket buffer", by: "copy", call: "write" },
    toNetwork,
  ],
  splice: [
    fromSender,
    { from: "receive buffer", to: "socket buffer", by: "reference", call: "splice" },
    toNetwork,
  ],
};
