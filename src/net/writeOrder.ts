/**
 * Runs work at its place in the order of a socket's writes.
 *
 *     socket.write(a);  sendFile(socket, f);  socket.write(b);  socket.end();
 *
 *     the socket's own queue:   a · marker · b · (end)
 *                                    └── its `_write` runs the transfer, and only then takes b
 *
 * The queue is the one every Writable has. An empty chunk, the marker, is written like any other;
 * when its turn comes everything before it has left for the kernel, and until it is answered
 * nothing behind it starts: writes, `end`, `pipe`, a second marker, all by the stream's own rules.
 *
 * To see the marker, `_write` is shadowed on this one socket while a marker is queued, and `_writev`
 * hidden, because it would hand over several chunks at once. Both are put back with the last marker.
 */
import { Socket } from "node:net";
import { Writable } from "node:stream";
import { restoreProperty } from "./restoreProperty.ts";

/** How work that has its turn writes itself, ahead of everything that is held back. */
export interface Turn {
  writeChunk(chunk: Uint8Array): Promise<void>;
  /** As one, where the socket's `_writev` is its own. *Copies:* none but into the kernel. */
  writeChunks(chunks: readonly Uint8Array[]): Promise<void>;
  /** Somebody else has replaced `_write` on this socket and expects to see every byte. */
  readonly intercepted: boolean;
}

type Answer = (error?: Error | null) => void;

interface Line {
  readonly queued: Map<unknown, (answer: Answer) => void>;
  readonly turn: Turn;
  readonly close: () => void;
}

const lines = new WeakMap<Socket, Line>();

/**
 * Calls `work` when everything written to `socket` so far has left, and holds back everything
 * written later until its promise settles.
 *
 * Rejects with the stream's own error when the socket is destroyed first; `work` is not called then.
 */
export function inWriteOrder<T>(socket: Socket, work: (turn: Turn) => Promise<T>): Promise<T> {
  const line = lines.get(socket) ?? openLine(socket);
  const marker = Buffer.alloc(0);
  return new Promise<T>((resolve, reject) => {
    line.queued.set(marker, (answer) => {
      work(line.turn)
        .then(resolve, reject)
        .finally(() => answer());
    });
    const onWritten: Answer = (error) => {
      line.queued.delete(marker);
      if (line.queued.size === 0) line.close();
      if (error) reject(error);
    };
    Writable.prototype.write.call(socket, marker, "utf8", onWritten);
  });
}

function openLine(socket: Socket): Line {
  const queued: Line["queued"] = new Map();
  const { _write: write, _writev: writev } = socket;
  const intercepted = write !== Socket.prototype._write;
  const writeDescriptor = Object.getOwnPropertyDescriptor(socket, "_write");
  const writevDescriptor = Object.getOwnPropertyDescriptor(socket, "_writev");
  const writeChunk: Turn["writeChunk"] = (chunk) =>
    answered((answer) => write.call(socket, chunk, "buffer" as BufferEncoding, answer));
  const writeChunks: Turn["writeChunks"] = async (chunks) => {
    if (!intercepted && writev && writev === Socket.prototype._writev) {
      return answered((answer) => writev.call(socket, entriesOf(chunks), answer));
    }
    for (const chunk of chunks) await writeChunk(chunk);
  };
  const line: Line = {
    queued,
    turn: { intercepted, writeChunk, writeChunks },
    close() {
      lines.delete(socket);
      // One put over ours meanwhile stays, and reaches the old one through ours.
      if (socket._write === inOrder) restoreProperty(socket, "_write", writeDescriptor);
      restoreProperty(socket, "_writev", writevDescriptor);
    },
  };
  const inOrder: Socket["_write"] = (chunk, encoding, answer) => {
    const run = queued.get(chunk);
    if (run) run(answer);
    else write.call(socket, chunk, encoding, answer);
  };
  lines.set(socket, line);
  Object.assign(socket, { _write: inOrder, _writev: null });
  return line;
}

function answered(call: (answer: Answer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });
}

/** What a Writable hands to `_writev`. Without `allBuffers` the socket would look at every chunk. */
function entriesOf(chunks: readonly Uint8Array[]): { chunk: unknown; encoding: BufferEncoding }[] {
  const encoding = "buffer" as BufferEncoding;
  return Object.assign(
    chunks.map((chunk) => ({ chunk, encoding })),
    { allBuffers: true },
  );
}
