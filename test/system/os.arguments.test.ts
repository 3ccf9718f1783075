/** What every call of zerocopy/os refuses before it makes a system call; with the addon and without. */
import { describe, expect, test } from "vitest";
import { b } from "zerocopy";
import { describeModes, fallback } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

type Arguments = readonly unknown[];

/** Of each call: the manual's name, what is right, and per argument what is expected of it. */
const calls: Readonly<Record<string, readonly [string, Arguments, readonly string[]]>> = {
  sendfile: ["sendfile", [1, 0, 0, 0], ["fd outFd", "fd inFd", "offset offset", "integer count"]],
  splice: [
    "splice",
    [0, 1, 0, 0, 0, 0],
    ["fd src", "fd dst", "count count", "offset offsetSrc", "offset offsetDst", "flags flags"],
  ],
  copyFileRange: [
    "copy_file_range",
    [0, 1, 0, 0, 0],
    ["fd src", "fd dst", "count count", "offset offsetSrc", "offset offsetDst"],
  ],
  readv: ["readv", [0, []], ["fd fd"]],
  writev: ["writev", [0, []], ["fd fd"]],
  preadv: ["preadv", [0, [], 0, 0], ["fd fd", "", "integer offset", "flags flags"]],
  pwritev: ["pwritev", [0, [], 0, 0], ["fd fd", "", "integer offset", "flags flags"]],
  memfdCreate: ["memfd_create", ["x", 0], ["text name", "flags flags"]],
  openat2: ["openat2", [0, "x", {}], ["fd dirfd", "text path", "how how"]],
  fadvise: [
    "posix_fadvise",
    [0, 0, 0, 0],
    ["fd fd", "integer offset", "integer length", "count advice"],
  ],
  cachestat: ["cachestat", [0, 0, 0], ["fd fd", "count offset", "count length"]],
};

const notIntegers = [0.5, "1", {}, true, []];
const tooLarge = [2 ** 53, -(2 ** 53), 2n ** 64n, Infinity, Number.NaN];

const wrongTypes: Readonly<Record<string, Arguments>> = {
  fd: [undefined, null, "1", 1.5, Number.NaN, Infinity, 3n, {}, true],
  offset: notIntegers,
  integer: [null, ...notIntegers],
  count: [null, ...notIntegers],
  flags: [null, ...notIntegers],
  text: [undefined, null, 5, {}, ["x"]],
  how: [null, 5, "x", { resolv: 1 }, { resolve: "beneath" }, { flags: 0.5 }, { mode: null }],
};

const wrongValues: Readonly<Record<string, Arguments>> = {
  fd: [2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER],
  offset: tooLarge,
  integer: tooLarge,
  count: [-1, -1n, ...tooLarge],
  flags: [-1, 2 ** 32, ...tooLarge],
  text: ["a\0b", Buffer.from("a\0")],
  how: [{ flags: -1 }, { resolve: 2 ** 53 }, { mode: -1 }],
};

describeModes(({ os }) => {
  describe.each(Object.entries(calls))("%s", (name, [syscall, right, kinds]) => {
    type Call = (...args: Arguments) => unknown;
    const now = (os as unknown as Record<string, Call>)[name]!;
    const later = (os.promises as unknown as Record<string, Call>)[name]!;

    const rows = (wrong: Readonly<Record<string, Arguments>>): [string, unknown, Arguments][] =>
      kinds.flatMap((kind, place) => {
        const [type = "", argument = ""] = kind.split(" ");
        return (wrong[type] ?? []).map((value): [string, unknown, Arguments] => [
          argument,
          value,
          right.with(place, value),
        ]);
      });

    /** The same error from both forms. */
    async function check(args: Arguments, wanted: object): Promise<void> {
      const message = expect.stringMatching(new RegExp(`^Cannot call ${syscall}: wanted `));
      const error = expect.objectContaining({ ...wanted, message });
      expect(() => now(...args)).toThrow(error);
      const promise = later(...args);
      expect(promise).toBeInstanceOf(Promise);
      await expect(promise).rejects.toThrow(error);
    }

    test.each(rows(wrongTypes))("TypeError: %s is %o", async (_argument, _value, args) => {
      await check(args, { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    });

    test.each(rows(wrongValues))("ValueError: %s is %o", async (_argument, _value, args) => {
      await check(args, { name: "ValueError", code: "ERR_OUT_OF_RANGE" });
    });
  });
});

describe("without the addon", () => {
  test.each(Object.entries(calls))("%s says ERR_NOT_SUPPORTED", async (name, [syscall, right]) => {
    type Call = (...args: Arguments) => unknown;
    const now = (fallback.os as unknown as Record<string, Call>)[name]!;
    const later = (fallback.os.promises as unknown as Record<string, Call>)[name]!;
    const args = right.map((value) => (Array.isArray(value) ? [b`x`] : value));
    const wanted = {
      name: "ZeroCopyError",
      code: "ERR_NOT_SUPPORTED",
      message: expect.stringContaining(`Cannot call ${syscall}: wanted the native addon`),
    };
    const reads = name === "readv" || name === "preadv";
    const real = reads ? args.with(1, [new Uint8Array(1)]) : args;
    expect(() => now(...real)).toThrow(expect.objectContaining(wanted));
    await expect(later(...real)).rejects.toMatchObject(wanted);
  });
});
