/**
 * Where wrappers charge what they have seen copied. An operation that is made of others that are
 * counted, by libc's hooks or by wrappers, is charged what is left: nothing counts twice.
 */
import type { ProfileAddon } from "../../native/profileAddon.ts";

export interface Account {
  /** Operations of fewer bytes are not looked at. */
  readonly least: number;
  /** Bytes that this thread was counted for so far, whoever has seen them. */
  counted(): number;
  /** Charges what of `bytes` has not been counted since `counted()` was `before`. */
  charge(operation: number, bytes: number, before: number): void;
}

/** Beside the hooks. Undefined where Node does not let the addon show its counters. */
export function nativeAccount(addon: ProfileAddon, least: number): Account | undefined {
  const memory = addon.counters();
  if (!memory) return undefined;
  // Of memcpy, memmove, and of what was charged, in halves: reading 64 bits would allocate.
  const words = new Uint32Array(memory);
  const counted = (): number =>
    words[0]! + words[2]! + words[4]! + (words[1]! + words[3]! + words[5]!) * 2 ** 32;
  return {
    least,
    counted,
    charge(operation, bytes, before) {
      const rest = bytes - (counted() - before);
      if (rest >= least) addon.charge(rest, operation);
    },
  };
}
