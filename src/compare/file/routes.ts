/** What the bytes of a file pass on their way into a socket, by the path that a mechanism reports. */
import type { Hop, Route } from "../chapter.ts";

const fromDisk: Hop = { from: "disk", to: "page cache", by: "device" };
const toNetwork: Hop = { from: "socket buffer", to: "network", by: "device" };

export const fileRoutes: Readonly<Record<string, Route>> = {
  "read-write": [
    fromDisk,
    { from: "page cache", to: "user buffer", by: "copy", call: "read" },
    { from: "user buffer", to: "socket buffer", by: "copy", call: "write" },
    toNetwork,
  ],
  mmap: [
    fromDisk,
    { from: "page cache", to: "user buffer", by: "map" },
    { from: "user buffer", to: "socket buffer", by: "copy", call: "write" },
    toNetwork,
  ],
  splice: [
    fromDisk,
    { from: "page cache", to: "socket buffer", by: "reference", call: "splice" },
    toNetwork,
  ],
  sendfile: [
    fromDisk,
    { from: "page cache", to: "socket buffer", by: "reference", call: "sendfile" },
    toNetwork,
  ],
};
