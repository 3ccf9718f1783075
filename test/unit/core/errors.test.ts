import { describe as group, expect, test } from "vitest";
import {
  AbortError,
  OSError,
  ValueError,
  ZeroCopyError,
  describe,
  invalidType,
} from "../../../src/core/errors.ts";

test("ValueError is a RangeError with Node's code", () => {
  const error = new ValueError("Cannot x");
  expect(error).toBeInstanceOf(RangeError);
  expect(error).toMatchObject({
    name: "ValueError",
    code: "ERR_OUT_OF_RANGE",
    message: "Cannot x",
  });
  expect(error.stack).toContain("ValueError: Cannot x");
});

test("OSError carries the fields of a system error, and 0 bytes unless told", () => {
  const fields = { code: "EPIPE", errno: -32, syscall: "sendfile" };
  expect(new OSError("m", fields)).toMatchObject({ name: "OSError", ...fields, bytes: 0 });
  expect(new OSError("m", { ...fields, bytes: 7 }).bytes).toBe(7);
});

test("ZeroCopyError carries its code, bytes and cause", () => {
  const cause = new Error("why");
  const error = new ZeroCopyError("ERR_SOCKET_CLOSED", "m", { bytes: 3, cause });
  expect(error).toMatchObject({
    name: "ZeroCopyError",
    code: "ERR_SOCKET_CLOSED",
    bytes: 3,
    cause,
  });
  expect(error).toBeInstanceOf(Error);
});

test("ZeroCopyError without a cause has no property of that name", () => {
  const error = new ZeroCopyError("ERR_NOT_SUPPORTED", "m");
  expect(Object.hasOwn(error, "cause")).toBe(false);
  expect(error.bytes).toBe(0);
});

test("AbortError is told like Node's, and its cause is the signal's reason", () => {
  expect(new AbortError("why", 5)).toMatchObject({
    name: "AbortError",
    code: "ABORT_ERR",
    message: "The operation was aborted",
    cause: "why",
    bytes: 5,
  });
});

test("invalidType says what was wanted and what was found", () => {
  const error = invalidType("send a file", "a net.Socket", 5);
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({
    code: "ERR_INVALID_ARG_TYPE",
    message: "Cannot send a file: wanted a net.Socket, found 5",
  });
});

group("describe", () => {
  class Thing {
    size = 1;
  }
  test.each([
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [-0.5, "-0.5"],
    [Number.NaN, "NaN"],
    [12n, "12n"],
    ['a"b', String.raw`"a\"b"`],
    ["x".repeat(100), `"${"x".repeat(60)}"`],
    [Symbol("s"), "Symbol(s)"],
    [function named() {}, "function named"],
    [() => {}, "function (anonymous)"],
    [{}, "an instance of Object"],
    [Object.create(null), "an instance of Object"],
    [[], "an instance of Array"],
    [new Thing(), "an instance of Thing"],
  ])("%o", (value, wanted) => {
    expect(describe(value)).toBe(wanted);
  });
});
