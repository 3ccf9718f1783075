/** A mistake is found when the server starts, and the message names what is wrong. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { serveStatic } from "zerocopy/http";
import type { ServeStaticOptions } from "zerocopy/http";

const root = os.tmpdir();

test.for([
  ["index", 1],
  ["index", ["a", ""]],
  ["index", "../a"],
  ["index", "/a"],
  ["index", "a\0"],
  ["extensions", true],
  ["extensions", ["a", 1]],
  ["dotfiles", "maybe"],
  ["symlinks", true],
  ["redirect", "yes"],
  ["fallthrough", 1],
  ["spa", 1],
  ["spa", "../index.html"],
  ["maxAge", "soon"],
  ["maxAge", ""],
  ["maxAge", -1],
  ["maxAge", Number.NaN],
  ["maxAge", {}],
  ["immutable", "yes"],
  ["cacheControl", "no-store"],
  ["lastModified", 0],
  ["etag", "weak"],
  ["acceptRanges", null],
  ["maxRangeBytes", 0],
  ["maxRangeBytes", 1.5],
  ["maxRangeBytes", "1"],
  ["precompressed", "br"],
  ["precompressed", ["deflate"]],
  ["cache", true],
  ["cache", null],
  ["accel", true],
  ["accel", "nginx"],
  ["accelPrefix", 1],
  ["accelPrefix", "/a"],
  ["allowedPath", "a"],
  ["setHeaders", {}],
  ["listing", "yes"],
  ["onSent", 1],
] as const)("%s: %j is refused", ([name, value]) => {
  const options = { [name]: value } as ServeStaticOptions;
  const attempt = (): unknown => serveStatic(root, options);
  expect(attempt).toThrow(/^Cannot serve static files: wanted /);
  expect(attempt).toThrow(name);
  expect(attempt).toThrow(Error);
});

test("what belongs together is checked together", () => {
  const thrown = (options: object, roots: string | string[], text: string): void => {
    expect(() => serveStatic(roots, options as ServeStaticOptions)).toThrow(text);
  };
  thrown({ accel: "x-accel-redirect" }, root, "accelPrefix");
  thrown({ accel: "x-accel-redirect", accelPrefix: "a" }, root, "accelPrefix");
  thrown({ accel: "x-sendfile", accelPrefix: "/a\r\nX: y" }, root, "accelPrefix");
  thrown({ accel: "x-sendfile", accelPrefix: "/a" }, [root, root], "accelPrefix");
  thrown({ cache: { maxStaleMs: 0 } }, root, "cache.maxStaleMs");
  thrown({ cache: { maxFiles: -1 } }, root, "cache.maxFiles");
  thrown({ cache: { maxAge: 1 } }, root, "maxAge");
});

test("an option that does not exist is refused by its name", () => {
  const options = { etags: false } as ServeStaticOptions;
  expect(() => serveStatic(root, options)).toThrow(/found etags$/);
  for (const value of [null, 1, "a", []]) {
    expect(() => serveStatic(root, value as ServeStaticOptions)).toThrow(/options to be an object/);
  }
});

test("a root that is none is refused by its name", () => {
  const folder = fs.mkdtempSync(path.join(root, "zerocopy-test-"));
  const file = path.join(folder, "file");
  fs.writeFileSync(file, "");
  try {
    for (const bad of [path.join(folder, "none"), file]) {
      expect(() => serveStatic(bad)).toThrow(bad);
      expect(() => serveStatic([folder, bad])).toThrow(bad);
    }
    for (const bad of [undefined, null, 1, {}, "", "a\0b", [], [1], new URL("http://a/b")]) {
      expect(() => serveStatic(bad as string)).toThrow(Error);
    }
    serveStatic(pathToFileURL(folder)).close();
    serveStatic(`${folder}/`).close();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
