import { expect, test } from "vitest";
import { nativeAccount } from "../../../dist/profile/wrappers/account.js";

const GiB = 2 ** 30;

/** Counters of a thread as the addon shows them, and what is charged. */
function thread(): {
  account: NonNullable<ReturnType<typeof nativeAccount>>;
  charged: number[];
  count: (bytes: number) => void;
} {
  const memory = new ArrayBuffer(24);
  const counters = new BigUint64Array(memory);
  const charged: number[] = [];
  const addon = { counters: () => memory, charge: (bytes: number) => charged.push(bytes) };
  const account = nativeAccount(addon as unknown as Parameters<typeof nativeAccount>[0], 256)!;
  return { account, charged, count: (bytes) => (counters[0] = counters[0]! + BigInt(bytes)) };
}

test.for([
  ["nothing of what libc has copied", 1000, 1000, []],
  ["what libc has not", 1000, 400, [600]],
  ["nothing of more than 4 GiB that libc has copied", 4.5 * GiB, 4.5 * GiB, []],
  ["all of more than 4 GiB that it has not", 4 * GiB, 0, [4 * GiB]],
] as const)("an account charges %s", ([, bytes, counted, wanted]) => {
  const { account, charged, count } = thread();
  count(Math.floor(3.9 * GiB)); // the low half is nearly full
  const before = account.counted();
  count(counted);
  account.charge(1, bytes, before);
  expect(charged).toEqual(wanted);
});
