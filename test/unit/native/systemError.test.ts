import { expect, test } from "vitest";
import { OSError } from "../../../src/core/errors.ts";
import { errorCode, systemError } from "../../../src/native/systemError.ts";

test("systemError reads like Node's own, and carries the same fields", () => {
  const error = systemError(-32, "sendfile", 12);
  expect(error).toBeInstanceOf(OSError);
  expect(error).toMatchObject({
    message: "EPIPE: broken pipe, sendfile",
    code: "EPIPE",
    errno: -32,
    syscall: "sendfile",
    bytes: 12,
  });
});

test("systemError of a number nobody knows still has a code and a message", () => {
  expect(systemError(-3999, "splice")).toMatchObject({
    message: "E3999: unknown error, splice",
    code: "E3999",
    errno: -3999,
    bytes: 0,
  });
});

test.runIf(process.platform === "linux")("errors that libuv does not name have their names", () => {
  expect([-122, -116].map(errorCode)).toEqual(["EDQUOT", "ESTALE"]);
});

test("errorCode names a result", () => {
  expect([-2, -11, -125, -3999].map(errorCode)).toEqual(["ENOENT", "EAGAIN", "ECANCELED", "E3999"]);
});
