import { expect, test } from "vitest";
import { combine } from "../../../src/net/result.ts";

test("combine of one part is that part", () => {
  expect(combine([{ path: "sendfile", bytes: 10 }])).toEqual({
    bytes: 10,
    path: "sendfile",
    copies: 0,
  });
  expect(combine([{ path: "read-write", bytes: 10 }])).toMatchObject({ copies: 2 });
  expect(combine([{ path: "splice", bytes: 10 }])).toMatchObject({ path: "splice", copies: 0 });
});

test("combine weighs the copies by bytes, and names the path of most bytes", () => {
  expect(
    combine([
      { path: "sendfile", bytes: 30 },
      { path: "read-write", bytes: 10 },
    ]),
  ).toEqual({
    bytes: 40,
    path: "sendfile",
    copies: 0.5,
    paths: { sendfile: 30, "read-write": 10 },
  });
  expect(
    combine([
      { path: "sendfile", bytes: 10 },
      { path: "read-write", bytes: 30 },
    ]),
  ).toMatchObject({ path: "read-write", copies: 1.5 });
});

test("combine adds up parts of one path before it compares", () => {
  const parts = [
    { path: "read-write", bytes: 15 },
    { path: "sendfile", bytes: 10 },
    { path: "sendfile", bytes: 10 },
  ] as const;
  expect(combine(parts)).toMatchObject({
    path: "sendfile",
    paths: { sendfile: 20, "read-write": 15 },
  });
});

test("combine gives a tie to the part that ran first", () => {
  const parts = [
    { path: "splice", bytes: 5 },
    { path: "sendfile", bytes: 5 },
  ] as const;
  expect(combine(parts).path).toBe("splice");
  expect(combine(parts.toReversed()).path).toBe("sendfile");
});

test("combine leaves out a path that moved nothing", () => {
  const parts = [
    { path: "sendfile", bytes: 0 },
    { path: "read-write", bytes: 8 },
  ] as const;
  expect(combine(parts)).toEqual({ bytes: 8, path: "read-write", copies: 2 });
});

test("combine of nothing moved has no copies, not NaN", () => {
  expect(combine([{ path: "read-write", bytes: 0 }])).toEqual({
    bytes: 0,
    path: "read-write",
    copies: 0,
  });
});
