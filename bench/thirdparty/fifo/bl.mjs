import { BufferList } from "bl";

export default (feed, measured) =>
  measured((see) => {
    const queue = new BufferList();
    feed(
      (chunk) => queue.append(chunk),
      () => {
        while (queue.length >= 4) {
          const end = 4 + queue.readUInt32BE(0);
          if (queue.length < end) break;
          see(queue.slice(4, end));
          queue.consume(end);
        }
      },
    );
  });
