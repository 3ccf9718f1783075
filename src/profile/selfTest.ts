/**
 * Does the addon understand this V8? Copies known amounts in known ways and looks whether they come
 * out as they should, before anything is believed. A few milliseconds.
 */
import { copyBytes } from "../core/copy.ts";
import type { ProfileAddon } from "../native/profileAddon.ts";
import { Resolver } from "./resolve.ts";

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
  const resolver = new Resolver(addon);
  const seen = rows
    .filter((row) => row[0]! < 2)
    .filter((row) =>
      resolver
        .framesOf(row, 9, 0, 0)
        .some(([fn]) => resolver.functions[fn]!.name === copyThreeWays.name),
    )
    .reduce((sum, row) => sum + row[6]!, 0);
  return seen === 3 * pieceBytes
    ? ""
    : `stacks were found for ${seen} of ${3 * pieceBytes} bytes on this V8`;
}

/** By a builtin that calls C at once, and by C++ that JavaScript calls, into the heap and out of it. */
function copyThreeWays(source: Uint8Array): Buffer {
  const target = Buffer.alloc(pieceBytes);
  copyBytes(source, target);
  return Buffer.from(target.toString("latin1"), "latin1");
}

/** memcpy and memmove come first. */
function userBytes(counters: Float64Array): number {
  return counters[1]! + counters[3]!;
}
