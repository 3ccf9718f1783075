/**
 * Does the addon understand this V8? Copies known amounts in known ways and looks whether they come
 * out as they should, before anything is believed. A few milliseconds.
 */
import { copyBytes } from "../core/copy.ts";
import type { ProfileAddon } from "../native/profileAddon.ts";
import { stackHead, userCalls } from "./rows.ts";

const pieceBytes = 96 * 1024;

/** Empty, or what went wrong: then there are totals, but no stacks. */
export function selfTest(addon: ProfileAddon): string {
  const source = new Uint8Array(pieceBytes).fill(1);
  // A point at every byte: each copy is a sample, and stands for itself.
  if (typeof addon.start(pieceBytes, 1, 0, 1) === "number") return "libc was not found";
  copyThreeWays(source);
  addon.stop();
  const [, rows] = addon.stacks();
  const counted = addon.threads().reduce((sum, thread) => sum + userBytes(thread[5]), 0);
  if (counted < 3 * pieceBytes) {
    return `copies of ${3 * pieceBytes} bytes were counted as ${counted}`;
  }
  const own = ownCode(addon);
  const seen = rows
    .filter((row) => row[0]! < userCalls && framesOf(row).some((id) => own.has(id)))
    .reduce((sum, row) => sum + row[6]!, 0);
  return seen === 3 * pieceBytes
    ? ""
    : `stacks were found for ${seen} of ${3 * pieceBytes} bytes on this V8`;
}

/** Which code is that of {@link copyThreeWays}. */
function ownCode(addon: ProfileAddon): Set<number> {
  const code = addon.code();
  const own = new Set<number>();
  for (let at = 0; at < code.length; at += 2) {
    if (String(code[at + 1]).includes(copyThreeWays.name)) own.add(Number(code[at]));
  }
  return own;
}

function framesOf(row: Float64Array): number[] {
  return [...row.subarray(stackHead)].filter((_, index) => index % 2 === 0);
}

/** By a builtin that calls C at once, and by C++ that JavaScript calls, into the heap and out of it. */
function copyThreeWays(source: Uint8Array): Buffer {
  const target = Buffer.alloc(pieceBytes);
  copyBytes(source, target);
  return Buffer.from(target.toString("latin1"), "latin1");
}

function userBytes(counters: Float64Array): number {
  let bytes = 0;
  for (let call = 0; call < userCalls; call += 1) bytes += counters[2 * call + 1]!;
  return bytes;
}
