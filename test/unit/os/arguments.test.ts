import { describe, expect, test } from "vitest";
import { ValueError } from "../../../src/core/errors.ts";
import { checkFd, checkInteger } from "../../../src/os/arguments.ts";

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
