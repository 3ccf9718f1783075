import { describe, expect, test } from "vitest";
import { ValueError } from "../../../src/core/errors.ts";
import {
  checkBuffers,
  checkCount,
  checkFd,
  checkFlags,
  checkInteger,
  checkText,
} from "../../../src/os/arguments.ts";

describe("checkFd", () => {
  test.each([0, 1, 2 ** 31 - 1, -1, -(2 ** 31) + 1])("passes %i on to the kernel", (fd) => {
    expect(checkFd("do it", "fd", fd)).toBe(fd);
  });

  test.each([2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER])("%i is out of range", (fd) => {
    expect(() => checkFd("do it", "fd", fd)).toThrow(
      new ValueError(
        `Cannot do it: wanted fd to be a file descriptor up to 2147483647, found ${fd}`,
      ),
    );
  });

  test.each([[0.5], [Number.NaN], [Infinity], ["1"], [1n], [null], [undefined], [{}]])(
    "%o is of the wrong type",
    (fd) => {
      expect(() => checkFd("do it", "fd", fd)).toThrow(TypeError);
      expect(() => checkFd("do it", "fd", fd)).toThrow(
        /^Cannot do it: wanted fd to be an integer file descriptor, found /,
      );
    },
  );
});

describe("checkInteger", () => {
  test.each([
    [0, 0],
    [-1, -1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [5n, 5],
    [-(2n ** 53n) + 1n, Number.MIN_SAFE_INTEGER],
  ])("%o is %d", (value, wanted) => {
    expect(checkInteger("do it", "offset", value)).toBe(wanted);
  });

  test.each([
    [2 ** 53, "9007199254740992"],
    [-(2 ** 53), "-9007199254740992"],
    [2n ** 53n, "9007199254740992n"],
    [2n ** 64n, "18446744073709551616n"],
    [10n ** 400n, `1${"0".repeat(400)}n`],
    [Infinity, "Infinity"],
    [Number.NaN, "NaN"],
  ])("%o does not survive the way to C", (value, found) => {
    expect(() => checkInteger("do it", "offset", value)).toThrow(
      new ValueError(`Cannot do it: wanted offset within ±(2^53 - 1), found ${found}`),
    );
  });

  test.each([[0.5], ["1"], [null], [undefined], [true], [[]]])(
    "%o is of the wrong type",
    (value) => {
      expect(() => checkInteger("do it", "offset", value)).toThrow(TypeError);
      expect(() => checkInteger("do it", "offset", value)).toThrow(
        /^Cannot do it: wanted offset to be an integer, found /,
      );
    },
  );
});

describe("checkCount", () => {
  test("is an integer from 0 to the most there may be", () => {
    expect([0, 5n, Number.MAX_SAFE_INTEGER].map((n) => checkCount("do it", "count", n))).toEqual([
      0,
      5,
      Number.MAX_SAFE_INTEGER,
    ]);
    expect(() => checkCount("do it", "count", -1)).toThrow(
      new ValueError("Cannot do it: wanted count between 0 and 9007199254740991, found -1"),
    );
    expect(() => checkFlags("do it", 2 ** 32)).toThrow(
      new ValueError("Cannot do it: wanted flags between 0 and 4294967295, found 4294967296"),
    );
    expect(checkFlags("do it", 2 ** 32 - 1)).toBe(2 ** 32 - 1);
  });
});

describe("checkText", () => {
  test.each([
    ["a string", "näme", "näme"],
    ["bytes", Buffer.from("näme"), "näme"],
    ["nothing", "", ""],
    ["a file URL", new URL("file:///tmp/a%20b"), "/tmp/a b"],
  ])("of %s is its bytes and NUL", (_, value, wanted) => {
    expect(Buffer.from(checkText("do it", "name", value)).toString()).toBe(`${wanted}\0`);
  });

  test.each([["a\0"], [Buffer.from("\0a")]])("NUL in %o is a ValueError", (value) => {
    expect(() => checkText("do it", "name", value)).toThrow(ValueError);
    expect(() => checkText("do it", "name", value)).toThrow("wanted name without NUL");
  });
});

test("checkBuffers makes a list of its own", () => {
  const given = [new Uint8Array(1)];
  const taken = checkBuffers("do it", given);
  expect(taken).toEqual(given);
  expect(taken).not.toBe(given);
});
