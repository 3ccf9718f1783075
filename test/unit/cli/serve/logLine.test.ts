import { describe, expect, test } from "vitest";
import { logLine, printable } from "../../../../src/cli/serve/logLine.ts";
import type { Responded } from "../../../../src/cli/serve/logLine.ts";

const entry: Responded = {
  time: new Date(2026, 10, 3, 4, 5, 6),
  remote: "127.0.0.1",
  method: "GET",
  target: "/video.mp4?t=1",
  version: "1.1",
  referer: undefined,
  userAgent: 'curl/8 "x"',
  status: 206,
  bytes: 104_857_600,
  durationMs: 52.4,
  path: "sendfile",
  reason: undefined,
  aborted: false,
};
const hostile = '/\x1b[2J\x9b31m\r\n1 fake line\u2028\u{1f600}"\\';

describe("logLine()", () => {
  test("text is for people", () => {
    expect(logLine(entry, "text", false)).toBe(
      "2026-11-03 04:05:06 127.0.0.1 GET /video.mp4?t=1 206 105 MB 52 ms sendfile",
    );
    const copied = { ...entry, path: "read-write", reason: "write() has been replaced" };
    expect(logLine({ ...copied, aborted: true }, "text", false)).toMatch(
      / read-write \(write\(\) has been replaced\) aborted$/,
    );
    expect(logLine({ ...entry, path: undefined }, "text", false)).toMatch(/ 52 ms$/);
  });

  test.each([
    [200, 32],
    [304, 36],
    [404, 33],
    [500, 31],
  ])("paints the status %d for a terminal", (status, colour) => {
    const line = logLine({ ...entry, status }, "text", true);
    expect(line).toContain(` \x1b[${colour}m${status}\x1b[0m `);
  });

  test("combined is what Apache and nginx write", () => {
    expect(
      logLine({ ...entry, time: new Date(Date.UTC(2026, 10, 3, 4, 5, 6)) }, "combined", true),
    ).toBe(
      '127.0.0.1 - - [03/Nov/2026:04:05:06 +0000] "GET /video.mp4?t=1 HTTP/1.1" 206 104857600 ' +
        '"-" "curl/8 \\"x\\""',
    );
  });

  test("json has everything", () => {
    expect(JSON.parse(logLine(entry, "json", true) ?? "")).toEqual({
      event: "response",
      ...{ time: entry.time.toISOString(), remote: "127.0.0.1", method: "GET", version: "1.1" },
      ...{ target: "/video.mp4?t=1", userAgent: 'curl/8 "x"', status: 206, bytes: 104_857_600 },
      ...{ durationMs: 52.4, path: "sendfile", aborted: false },
    });
  });

  test("none is none", () => {
    expect(logLine(entry, "none", true)).toBeUndefined();
  });

  test.each(["text", "combined", "json"] as const)(
    "%s is one line of printable ASCII, whatever the client sends",
    (format) => {
      const attack = { ...entry, target: hostile, referer: hostile, userAgent: hostile };
      expect(logLine(attack, format, false)).toMatch(/^[\x20-\x7e]+$/);
    },
  );

  test("json gives the target back as it was", () => {
    const line = logLine({ ...entry, target: hostile }, "json", false) ?? "";
    expect(JSON.parse(line)).toMatchObject({ target: hostile });
  });
});

describe("printable()", () => {
  test("escapes what is no printable ASCII, quotes and backslashes", () => {
    expect(printable('a\n\x1b"\\\x9b\u2028é')).toBe('a\\x0a\\x1b\\"\\\\\\x9b\\u2028\\xe9');
  });
});
