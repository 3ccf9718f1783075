/** Memory in the hands of others. */
import { expect } from "vitest";
import { copiedBytes } from "zerocopy";

/** What `use` makes of the window; nothing of ours was copied until it returned. */
export function lendUncopied<R>(
  owner: { lendUint8Array(): Uint8Array },
  use: (window: Uint8Array) => R,
): R {
  const before = copiedBytes();
  const result = use(owner.lendUint8Array());
  expect(copiedBytes()).toBe(before);
  return result;
}
