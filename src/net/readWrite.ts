/** The path that runs everywhere: read a piece of the file, write it, wait until it has left. */
import fs from "node:fs";

const chunkBytes = 256 * 1024;

export interface ReadWriteRequest {
  readonly fd: number;
  readonly offset: number;
  /** Bytes to move; stops at the end of the file all the same. */
  readonly count: number;
  readonly writeChunk: (chunk: Uint8Array) => Promise<void>;
  /** Called between pieces; what it throws ends the transfer. */
  readonly onMoved: (bytes: number) => void;
}

/**
 * Resolves to the bytes moved: `count`, or fewer at the end of the file.
 *
 * *Copies:* two per byte, from the page cache to our buffer and from there to the socket.
 */
export async function readWrite(request: ReadWriteRequest): Promise<number> {
  const { fd, offset, count, writeChunk, onMoved } = request;
  const buffer = Buffer.allocUnsafeSlow(Math.min(count, chunkBytes));
  let moved = 0;
  while (moved < count) {
    const wanted = Math.min(buffer.length, count - moved);
    const found = await readAt(fd, buffer.subarray(0, wanted), offset + moved);
    if (found === 0) break;
    await writeChunk(buffer.subarray(0, found));
    moved += found;
    onMoved(moved);
  }
  return moved;
}

/** Bytes found: fewer than there is room for, and 0, at the end of the file. */
export function readAt(fd: number, target: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, target, 0, target.length, position, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
}
