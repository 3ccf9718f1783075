import { ByteQueue } from "../../../core/byteQueue.ts";
import type { GrowingMechanism } from "./mechanism.ts";

/** This library, where the pieces are taken as they are: by writev, a hash, a parser of messages. */
export const queue: GrowingMechanism = {
  id: "queue",
  label: "ByteQueue.append",
  description: "body.append(chunk): the chunks stay where they are; views() for writev",
  path: "view",
  grow(chunks) {
    const body = new ByteQueue();
    for (const chunk of chunks) body.append(chunk);
    return body.views();
  },
};
