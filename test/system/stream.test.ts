/** `zerocopy/stream` and ByteQueue between real files, sockets, pipes and web streams. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, expect, test } from "vitest";
import { BufferError, ByteQueue, ValueError, bytearray, bytes } from "zerocopy";
import type { BytesLike } from "zerocopy";
import { lengthPrefixed, lines, toTransformStream, toWritable } from "zerocopy/stream";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-stream-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const text = Array.from({ length: 5000 }, (_, i) => `${i} ${"x".repeat(i % 97)}`);
const file = path.join(folder, "lines.txt");
fs.writeFileSync(file, `${text.join("\n")}\n`);

/** Not by `once`, which minds the AbortError of streams that somebody stops to read. */
const closed = (stream: Readable): Promise<unknown> =>
  new Promise((resolve) => stream.once("close", resolve));
const chunk = (content: string): Uint8Array => new TextEncoder().encode(content);

test("lines of a file stream are those of the file", async () => {
  const found: string[] = [];
  const source = fs.createReadStream(file, { highWaterMark: 1000 });
  for await (const line of lines(source)) found.push(line.decode());
  expect(found).toEqual(text);
});

test("who stops early closes the file", async () => {
  const source = fs.createReadStream(file, { highWaterMark: 100 });
  const closing = closed(source);
  for await (const line of lines(source)) {
    expect(line.decode()).toBe("0 ");
    break;
  }
  await closing;
  expect(source.destroyed).toBe(true);
});

test("the error of a stream is the error of its lines", async () => {
  const reading = lines(fs.createReadStream(path.join(folder, "missing"))).next();
  await expect(reading).rejects.toThrow(expect.objectContaining({ code: "ENOENT" }));
});

test("lines is a step of pipeline()", async () => {
  let count = 0;
  await pipeline(fs.createReadStream(file), lines, async (found) => {
    for await (const line of found) count += line.length;
  });
  expect(count).toBe(text.join("").length);
});

test("frames arrive over a socket as they were sent, by writev of the queue's views", async () => {
  const frames = Array.from({ length: 300 }, (_, i) => new Uint8Array((i * 37) % 5000).fill(i));
  const server = net.createServer((socket) => {
    const queue = new ByteQueue();
    for (const frame of frames) {
      const length = new DataView(new ArrayBuffer(4));
      length.setUint32(0, frame.length);
      queue.append(length);
      queue.append(frame);
    }
    socket.cork();
    for (const view of queue.views()) socket.write(view);
    socket.uncork();
    socket.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const received: Uint8Array[] = [];
  for await (const frame of lengthPrefixed(net.connect(port, "127.0.0.1"))) {
    received.push(frame.toUint8Array());
  }
  server.close();
  expect(received).toEqual(frames);
});

test("views() go to fs.writevSync as they are", () => {
  const queue = new ByteQueue();
  queue.append(bytes(chunk("ab")));
  queue.append(chunk("cd"));
  const target = path.join(folder, "written");
  const fd = fs.openSync(target, "w");
  fs.writevSync(fd, queue.views());
  fs.closeSync(fd);
  expect(fs.readFileSync(target, "utf8")).toBe("abcd");
});

test("toWritable collects without a copy", async () => {
  const queue = new ByteQueue();
  await pipeline(fs.createReadStream(file, { highWaterMark: 4096 }), toWritable(queue));
  expect(queue.copiedBytes).toBe(0);
  expect(Buffer.concat(queue.views()).equals(fs.readFileSync(file))).toBe(true);
});

test("toWritable keeps no chunk for every byte of a peer that sends one at a time", async () => {
  const queue = new ByteQueue();
  const drops = Array.from({ length: 20_000 }, (_, i) => Uint8Array.of(i));
  await pipeline(Readable.from(drops), toWritable(queue));
  expect(queue.views().length).toBeLessThan(2000);
  expect(queue.copiedBytes).toBeLessThan(60_000);
  expect(bytes(queue).equals(Uint8Array.from({ length: 20_000 }, (_, i) => i))).toBe(true);
});

test("toWritable waits for `read`, and gives it what has come meanwhile at once", async () => {
  const queue = new ByteQueue();
  const seen: number[] = [];
  let go = (): void => {};
  const read = (): Promise<void> => {
    seen.push(queue.length);
    queue.consume(queue.length);
    return new Promise((resolve) => {
      go = resolve;
    });
  };
  const stream = toWritable(queue, { read });
  const written = ["a", "bc", "é"].map(
    (content) => new Promise((resolve) => void stream.write(content, resolve)),
  );
  expect(seen).toEqual([1]);
  go();
  await written[0];
  while (seen.length < 2) await Promise.resolve();
  go();
  await Promise.all(written);
  expect(seen).toEqual([1, 4]);
});

test("an error of `read` is the error of the stream", async () => {
  const read = (): never => {
    throw new Error("of read");
  };
  const piping = pipeline(fs.createReadStream(file), toWritable(new ByteQueue(), { read }));
  await expect(piping).rejects.toThrow("of read");
});

test("toWritable fails when more is left than maxLength", async () => {
  const options = { maxLength: 10_000 };
  const source = fs.createReadStream(file, { highWaterMark: 4096 });
  await expect(pipeline(source, toWritable(new ByteQueue(), options))).rejects.toThrow(ValueError);
  expect(source.destroyed).toBe(true);
  expect(() => toWritable(new ByteQueue(), { maxLength: "1" as never })).toThrow(TypeError);
});

test("what a listener of toWritable's stream throws is thrown, as of any stream", () => {
  const program = `
    import { ByteQueue } from "zerocopy";
    import { toWritable } from "zerocopy/stream";
    const tell = (what) => (error) => console.log(what, error.message);
    process.on("uncaughtException", tell("uncaught"));
    process.on("unhandledRejection", tell("rejected"));
    const stream = toWritable(new ByteQueue());
    stream.once("drain", () => { throw new Error("of drain") });
    while (stream.write("some bytes".repeat(1000)));
    const failing = toWritable(new ByteQueue(), { maxLength: 0 });
    failing.once("error", () => { throw new Error("of error") });
    failing.write("a");
  `;
  const told = run(program).trim().split("\n");
  expect(told.toSorted()).toEqual(["uncaught of drain", "uncaught of error"]);
});

/** What a program prints. */
function run(program: string, ...flags: readonly string[]): string {
  const options = [...flags, "--input-type=module", "--eval", program];
  const cwd = new URL("../..", import.meta.url);
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: "utf8", cwd });
  expect(stderr).toBe("");
  return stdout;
}

/** A web stream that says what becomes of it. */
function webStream(contents: readonly string[]): {
  readonly stream: ReadableStream<BytesLike>;
  readonly pulled: () => number;
  readonly ended: Promise<unknown>;
} {
  let pulled = 0;
  let end = (_reason: unknown): void => {};
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  const stream = new ReadableStream<BytesLike>(
    {
      pull(controller) {
        const content = contents[pulled];
        pulled += 1;
        if (content === undefined) controller.close();
        else controller.enqueue(chunk(content));
      },
      cancel: (reason) => end(reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, pulled: () => pulled, ended };
}

test("a web stream is a source, and is cancelled by who stops early", async () => {
  const { stream, ended } = webStream(["a\nb", "c\n", "d"]);
  const found: string[] = [];
  for await (const line of lines(stream)) {
    found.push(line.decode());
    if (found.length === 2) break;
  }
  await ended;
  expect(found).toEqual(["a", "bc"]);
  const all: string[] = [];
  for await (const line of lines(webStream(["a\nb", "c\n", "d"]).stream)) all.push(line.decode());
  expect(all).toEqual(["a", "bc", "d"]);
});

test("toTransformStream makes lines a step of pipeThrough()", async () => {
  const { stream } = webStream(["one\ntw", "o\nthr", "ee"]);
  const found: string[] = [];
  for await (const line of stream.pipeThrough(toTransformStream(lines))) found.push(line.decode());
  expect(found).toEqual(["one", "two", "three"]);
});

test("a slow reader of toTransformStream slows the source", async () => {
  const { stream, pulled } = webStream(Array.from({ length: 1000 }, () => "line\n"));
  const reader = stream.pipeThrough(toTransformStream(lines)).getReader();
  await reader.read();
  await new Promise((resolve) => setImmediate(resolve));
  expect(pulled()).toBeLessThan(10);
  await reader.cancel();
});

test("cancelling reaches the source, also while an item is waited for", async () => {
  const { stream, ended } = webStream(["no end of line"]);
  const waiting = new ReadableStream<BytesLike>({
    pull: () => new Promise<void>(() => {}),
    cancel: () => stream.cancel("through"),
  });
  const reader = waiting.pipeThrough(toTransformStream(lines)).getReader();
  const reading = reader.read();
  await reader.cancel("enough");
  expect(await reading).toEqual({ done: true, value: undefined });
  expect(await ended).toBe("through");
});

test("an error of the function reaches both sides", async () => {
  const { stream, ended } = webStream(["a\n", "too long", " by far"]);
  const short = toTransformStream((chunks) => lines(chunks, { maxLength: 3 }));
  const reader = stream.pipeThrough(short).getReader();
  expect((await reader.read()).value?.decode()).toBe("a");
  await expect(reader.read()).rejects.toThrow(ValueError);
  await ended;
});

test("a chunk that is none is an error, not the end", async () => {
  const { readable, writable } = toTransformStream(lines);
  const writer = writable.getWriter();
  const writing = [chunk("a\n"), undefined as never].map((one) => writer.write(one));
  const reader = readable.getReader();
  expect((await reader.read()).value?.decode()).toBe("a");
  await expect(reader.read()).rejects.toThrow(/bytes-like object, found undefined/);
  await Promise.allSettled([...writing, writer.closed]);
});

test("a function that failed for a failed writer is heard itself", async () => {
  const { readable, writable } = toTransformStream(async function* (chunks) {
    try {
      for await (const one of chunks) yield one;
    } catch (cause) {
      throw new Error("cannot parse", { cause });
    }
  });
  const writer = writable.getWriter();
  const reading = readable.getReader().read();
  await writer.abort(new Error("of the writer"));
  await expect(reading).rejects.toThrow("cannot parse");
});

test("cancelling after the writer has failed lets go of what was held", async () => {
  const { readable, writable } = toTransformStream(lines);
  const writer = writable.getWriter();
  const held = bytearray(chunk("a\nb"));
  const writing = writer.write(held);
  const reader = readable.getReader();
  (await reader.read()).value?.release();
  expect(() => held.append(1)).toThrow(BufferError);
  await writer.abort(new Error("of the writer"));
  await expect(reader.cancel()).rejects.toThrow("of the writer");
  held.append(1);
  await Promise.allSettled([writing, writer.closed]);
});

test("what makes no async iterable of chunks is a TypeError at once", () => {
  for (const result of [[1, 2], 5, undefined]) {
    expect(() => toTransformStream((() => result) as never)).toThrow(/an async iterable of items/);
  }
});

test("an error of the writer reaches the reader", async () => {
  const { readable, writable } = toTransformStream(lines);
  const writer = writable.getWriter();
  const reading = readable.getReader().read();
  await writer.abort(new Error("of the writer"));
  await expect(reading).rejects.toThrow("of the writer");
});

test("a consumed chunk is collected, while its queue lives and a view of another chunk does", () => {
  const program = `
    import { setImmediate as turn } from "node:timers/promises";
    import { ByteQueue } from "zerocopy";
    const queue = new ByteQueue();
    const refs = [];
    for (let i = 0; i < 3; i += 1) {
      const chunk = new Uint8Array(1 << 20);
      refs.push(new WeakRef(chunk.buffer));
      queue.append(chunk);
    }
    queue.take(1 << 20);
    const kept = queue.take(10);
    queue.consume((1 << 20) - 10);
    const alive = () => refs.map((ref) => ref.deref() !== undefined);
    for (let round = 0; round < 50 && alive()[0]; round += 1) {
      await turn(); // what a WeakRef gave is kept until then
      globalThis.gc();
      await turn();
    }
    console.log(JSON.stringify([alive(), kept.length, queue.length]));
  `;
  expect(JSON.parse(run(program, "--expose-gc"))).toEqual([[false, true, true], 10, 1 << 20]);
});
