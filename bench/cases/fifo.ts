/**
 * A byte queue at work: 64 MiB of messages of 1 to 4 KiB behind their lengths arrive in chunks, and are
 * taken one by one, each in one piece: a view where it lies in one chunk, a copy where it straddles. It
 * is one MiB again and again, because what a socket has just written is in the cache. Before anything
 * is measured, every subject shows that its messages are those that were sent.
 */
import { crc32 } from "node:zlib";
import { ByteQueue } from "zerocopy";
import { unpackFrom } from "zerocopy/struct";
import type { Bar, Case, Prepare, Run } from "../case.ts";
import { bytesIn } from "../check.ts";
import { messageStream } from "../corpus.ts";
import { peer } from "../package.ts";

const lengthBytes = 1024 * 1024;
const laps = 64;

/** Some kind of view or buffer. */
interface Message {
  readonly length: number;
}

/** Takes all messages once. */
type Pass<M extends Message> = (see: (message: M) => void) => void;

/** Hands all chunks to `append`, and calls `drain` whenever messages may be taken. */
type Feed = (append: (chunk: Buffer) => void, drain: () => void) => void;

/** What is measured: a pass in which the first byte of every message is read. */
type Measured = <M extends Uint8Array>(pass: Pass<M>) => Run;

function zerocopy(feed: Feed, expectedCrc: number): Prepare {
  return () => {
    const pass: Pass<ReturnType<ByteQueue["take"]>> = (see) => {
      const queue = new ByteQueue();
      feed(
        (chunk) => queue.append(chunk),
        () => {
          while (queue.length >= 4) {
            const [size] = unpackFrom(">I", queue.peek(4));
            if (queue.length < 4 + size) break;
            queue.consume(4);
            see(queue.take(size));
          }
        },
      );
    };
    return measured(pass, expectedCrc, (message) => message.get(0));
  };
}

/** What programs without a library do: the rest and the new chunk become one buffer. */
function concat(feed: Feed, own: Measured): Prepare {
  return () =>
    own((see) => {
      let rest: Buffer = Buffer.alloc(0);
      feed(
        (chunk) => (rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk),
        () => {
          while (rest.length >= 4) {
            const end = 4 + rest.readUInt32BE(0);
            if (rest.length < end) break;
            see(rest.subarray(4, end));
            rest = rest.subarray(end);
          }
        },
      );
    });
}

/** @throws when the messages are others than were sent. */
function measured<M extends Message>(
  pass: Pass<M>,
  expectedCrc: number,
  read: (message: M) => number,
): Run {
  let crc = 0;
  pass((message) => (crc = crc32(bytesIn(message as never), crc)));
  if (crc !== expectedCrc) throw new Error(`Wrong messages: wanted ${expectedCrc}, found ${crc}`);
  return () => {
    let sum = 0;
    pass((message) => (sum += read(message)));
    return sum;
  };
}

interface Arrival {
  readonly name: string;
  readonly chunkBytes: number;
  /** Nothing is taken before all has arrived. */
  readonly queuedFirst?: boolean;
  readonly bars: readonly Bar[];
}

function caseOf({ name, chunkBytes, queuedFirst = false, bars }: Arrival): Case {
  return {
    name,
    item: "message of 1 to 4 KiB",
    measure: "time",
    bars,
    open() {
      const { stream, messages } = messageStream(1, lengthBytes);
      const feedOf = <C extends Uint8Array>(whole: C) => {
        const chunks = Array.from({ length: Math.ceil(whole.length / chunkBytes) }, (_, index) =>
          whole.subarray(index * chunkBytes, (index + 1) * chunkBytes),
        );
        return (append: (chunk: C) => void, drain: () => void): void => {
          for (let lap = 0; lap < laps; lap++) {
            for (const chunk of chunks) {
              append(chunk as C);
              if (!queuedFirst) drain();
            }
          }
          drain();
        };
      };
      const feed = feedOf(Buffer.from(stream.buffer));
      const sum = messages.reduce((total, one) => total + (one[0] ?? 0), 0);
      let expectedCrc = 0;
      for (let lap = 0; lap < laps; lap++) {
        for (const message of messages) expectedCrc = crc32(message, expectedCrc);
      }
      const own: Measured = (pass) => measured(pass, expectedCrc, (message) => message[0]!);
      return {
        items: laps * messages.length,
        expected: laps * sum,
        subjects: {
          zerocopy: zerocopy(feed, expectedCrc),
          bl: peer("fifo/bl", feed, own),
          // Of Buffers it makes Buffers, which takes longer.
          uint8arraylist: peer("fifo/uint8arraylist", feedOf(stream), own),
          // Queued first, it would copy a terabyte.
          ...(queuedFirst ? {} : { "Buffer.concat": concat(feed, own) }),
        },
      };
    },
  };
}

function against(peers: Readonly<Record<string, number>>): Bar[] {
  return Object.entries(peers).map(([name, max]) => ({
    subject: "zerocopy",
    against: [name],
    max,
  }));
}

export const cases: readonly Case[] = [
  {
    name: "fifo-64KiB",
    chunkBytes: 64 * 1024,
    bars: against({ bl: 0.6, uint8arraylist: 0.5 }),
  },
  {
    name: "fifo-1460B",
    chunkBytes: 1460,
    bars: against({ bl: 0.6, uint8arraylist: 0.6 }),
  },
  {
    name: "fifo-1460B-queued-first",
    chunkBytes: 1460,
    queuedFirst: true,
    bars: against({ bl: 0.2 }),
  },
].map(caseOf);
