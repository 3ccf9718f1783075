import { Uint8ArrayList } from "uint8arraylist";

export default (feed, measured) =>
  measured((see) => {
    const queue = new Uint8ArrayList();
    feed(
      (chunk) => queue.append(chunk),
      () => {
        while (queue.length >= 4) {
          const end = 4 + queue.getUint32(0);
          if (queue.length < end) break;
          see(queue.subarray(4, end));
          queue.consume(end);
        }
      },
    );
  });
