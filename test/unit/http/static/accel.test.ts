import { expect, test } from "vitest";
import { accelHeader } from "../../../../src/http/static/accel.ts";
import { settingsOf } from "../../../../src/http/static/serveOptions.ts";
import type { ServeStaticOptions } from "../../../../src/http/static/serveOptions.ts";

const header = (options: ServeStaticOptions, relative: string): readonly string[] =>
  accelHeader(settingsOf(options), "/srv/my files", relative);

test("X-Accel-Redirect names the location and the file", () => {
  const options = { accel: "x-accel-redirect", accelPrefix: "/protected" } as const;
  expect(header(options, "d/a.txt")).toEqual(["X-Accel-Redirect", "/protected/d/a.txt"]);
  const slash = { ...options, accelPrefix: "/protected/" };
  expect(header(slash, "d/a.txt")).toEqual(["X-Accel-Redirect", "/protected/d/a.txt"]);
});

test("X-Sendfile names the file where it lies, or where the proxy sees it", () => {
  expect(header({ accel: "x-sendfile" }, "a")).toEqual(["X-Sendfile", "/srv/my%20files/a"]);
  const options = { accel: "x-sendfile", accelPrefix: "/mnt/web" } as const;
  expect(header(options, "a")).toEqual(["X-Sendfile", "/mnt/web/a"]);
});

test("no name becomes a header, a query or another path", () => {
  const names = ["a\r\nSet-Cookie: b=c", "a?b#c", "ü%2e", "a b\t\0", "\u{1f600}", "a\\b;c"];
  for (const name of names) {
    const [, value = ""] = header({ accel: "x-sendfile" }, name);
    expect(value).toMatch(/^[\w./%!'()*~-]+$/);
    expect(decodeURIComponent(value)).toBe(`/srv/my files/${name}`);
  }
});
