/** A file that is taken away from the kernel in the middle: no byte is lost, none comes twice. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { expect } from "vitest";
import type { Program } from "./program.ts";

interface Part {
  readonly bytes: number;
  readonly md5: string;
}

interface Seen {
  /** What came by the response, and what by the other way. */
  readonly body: Part;
  readonly other: Part;
  readonly bytesRead: number;
}

/** Disturbs a response of `file` when the client has read `bytes` and stops; see disturbances.mjs for how. */
export async function expectExact(
  program: Program,
  file: string,
  how: string,
  bytes: number,
): Promise<void> {
  const whole = fs.readFileSync(file);
  const { body, other, bytesRead } = await program.ask<Seen>("disturb", file, bytes, how);
  const what = `after ${bytes} bytes`;
  const rest = whole.length - other.bytes;
  expect(other, what).toEqual(part(whole.subarray(rest)));
  const isShared = body.bytes < whole.length;
  expect(body, what).toEqual(part(isShared ? whole.subarray(0, rest) : whole));
  expect(bytesRead, what).toBe(whole.length);
}

function part(bytes: Uint8Array): Part {
  return { bytes: bytes.length, md5: createHash("md5").update(bytes).digest("hex") };
}
