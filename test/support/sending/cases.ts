/** Files to send, and every kind of request, option and listener there is, by chance. */
import fs from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import type { SendOptions } from "zerocopy/http";
import { content } from "../content.ts";
import type { Case, Listening } from "./exchange.ts";

/** Name and size. */
const files: readonly (readonly [string, number])[] = [
  ["a.txt", 5],
  ["nums", 9],
  ["empty.txt", 0],
  ["page.html", 300],
  ["upper.HTML", 31],
  ["no type.weird", 20],
  ["ünï.json", 40],
  ["100%.txt", 7],
  ["big.bin", 200_000],
  ["chunk.bin", 65_536],
  ["dir/index.html", 70],
  ["dir/default.txt", 11],
  ["dir/deep/file.js", 4097],
  ["no-index/file", 3],
  ["dir.with.dot/index.html", 1],
  [".hidden/file.txt", 6],
  [".dot", 6],
  ["index.is.dir/index.html/file", 2],
  ["both", 8],
  ["both.html", 9],
];

const modified = new Date("2024-02-03T04:05:06.789Z");

/** Fills `folder` with what {@link anyCase} asks for. */
export function makeFiles(folder: string): void {
  for (const [index, [name, size]] of files.entries()) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content(index, size));
    fs.utimesSync(file, modified, modified);
  }
  fs.mkdirSync(path.join(folder, "ext.html"));
  fs.symlinkSync("a.txt", path.join(folder, "link.txt"));
  fs.symlinkSync("dir", path.join(folder, "link"));
  fs.symlinkSync("nowhere", path.join(folder, "dangling"));
  fs.symlinkSync("loop", path.join(folder, "loop"));
  fs.symlinkSync(process.execPath, path.join(folder, "outside.html"));
}

const oddPaths = [
  ...["", "/", "//", "/dir", "/dir/", "//dir", "///dir//", "/dir/deep", "/dir/deep/", "/no-index/"],
  ...[
    "/a.txt/",
    "/nope",
    "/nope/",
    "/nope.txt",
    "/a.txt/b",
    "/link",
    "/link/",
    "/dangling",
    "/loop",
  ],
  ...["/ext", "/both", "/index.is.dir/", "/dir.with.dot", "/dir.with.dot/", "/page", "/dir/index"],
  ...["/..", "/../a.txt", "/dir/../a.txt", "/%2e%2e/a.txt", "/..%2fa.txt", "/..\\a.txt", "/a..txt"],
  ...[
    "/%00",
    "/a.txt%00",
    "/%",
    "/%zz",
    "/%c0%ae",
    "/%ff",
    "/a%2Etxt",
    "/dir%2Findex.html",
    "/./a.txt",
  ],
  ...[
    "/.",
    "/.dot",
    "/%2edot",
    "/.hidden",
    "/.hidden/",
    "/.hidden/file.txt",
    "/...",
    "/.nope",
    "a.txt",
  ],
  ...[
    "/<b>&\"'",
    "/dir?x=1",
    "/dir#x",
    "/a.txt;x",
    "/%C3%BCn%C3%AF.json",
    "/ünï.json",
    "/no%20type.weird",
  ],
  ...[
    "/100%25.txt",
    "/100%.txt",
    `/${"x".repeat(255)}`,
    `/${"x".repeat(256)}`,
    `/${"x/".repeat(3000)}`,
  ],
  "/outside.html/",
];

const anyPath: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...files.map(([name]) => `/${encodeURI(name)}`)) },
  { weight: 2, arbitrary: fc.constantFrom(...oddPaths) },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.constantFrom("a.txt", "dir", "deep", "..", ".", "/", "%2f", "%5c", "\\", "%", ".x", ""),
        {
          maxLength: 6,
        },
      )
      .map((parts) => `/${parts.join("/")}`),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }).map((text) => `/${text}`) },
);

const number = fc.oneof(
  fc.constantFrom(0, 1, 2, 4, 5, 8, 9, 10, 99, 4096, 65_535, 65_536, 199_999, 200_000),
  fc.nat(250_000),
);
const range = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(number, number).map(([a, b]) => `${a}-${b}`) },
  { weight: 2, arbitrary: number.map((n) => `${n}-`) },
  { weight: 2, arbitrary: number.map((n) => `-${n}`) },
  fc.constantFrom("", "-", "a-b", "1", " 0 - 3 ", "0-0-0", "--1", "0x1-2", "1.5-2", "9".repeat(40)),
);
const anyRange: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant("bytes=") },
      fc.constantFrom("bytes= ", "Bytes=", "items=", "bytes", "=", "bytes ="),
    ),
    fc.oneof(
      { weight: 3, arbitrary: range },
      fc.array(range, { maxLength: 4 }).map((all) => all.join(",")),
    ),
  )
  .map(([unit, list]) => `${unit}${list}`);

function etagOf(size: number): string {
  return `W/"${size.toString(16)}-${modified.getTime().toString(16)}"`;
}

const etag = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...files.map(([, size]) => etagOf(size))) },
  fc.constantFrom(...files.map(([, size]) => etagOf(size).slice(2))),
  fc.constantFrom('"mine"', 'W/"mine"', '"x"', "*", "", "x", '"', 'W/""'),
);
const etags = fc.oneof(
  etag,
  fc.array(etag, { maxLength: 4 }).map((all) => all.join(", ")),
);

const second = Math.floor(modified.getTime() / 1000) * 1000;
const date = fc.oneof(
  fc
    .constantFrom(-86_400_000, -1000, 0, 1000, 86_400_000)
    .map((offset) => new Date(second + offset).toUTCString()),
  fc.constantFrom("2024", "2030", "rubbish", "Sat Feb  3 04:05:06 2024", "0", "Sat, 99 Feb 2024"),
);

const anyHeader: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  { weight: 6, arbitrary: anyRange.map((value) => ["Range", value] as const) },
  fc.oneof(etags, date).map((value) => ["If-Range", value] as const),
  etags.map((value) => ["If-Match", value] as const),
  etags.map((value) => ["If-None-Match", value] as const),
  date.map((value) => ["If-Modified-Since", value] as const),
  date.map((value) => ["If-Unmodified-Since", value] as const),
  fc
    .constantFrom("no-cache", "max-age=0", "no-cache, x", "No-Cache", "x=no-cache")
    .map((value) => ["Cache-Control", value] as const),
  fc.constantFrom("keep-alive", "close").map((value) => ["Connection", value] as const),
);

const isOn = fc.constantFrom(true, false, undefined);
const names = fc.constantFrom<NonNullable<SendOptions["index"]>>(
  ...[false as const, "index.html", "nope"],
  ...[["nope", "default.txt"], ["default.txt", "index.html"], ["deep", "index.html"], []],
);
const extensions = fc.constantFrom<NonNullable<SendOptions["extensions"]>>(
  ...[false as const, "html", "txt"],
  ...[["nope", "html"], ["html", "txt"], ["html", "nope"], []],
);

function anyOptions(folder: string): fc.Arbitrary<SendOptions> {
  return fc.record(
    {
      acceptRanges: isOn,
      cacheControl: isOn,
      dotfiles: fc.constantFrom("allow", "deny", "ignore", undefined),
      etag: isOn,
      lastModified: isOn,
      immutable: isOn,
      index: names,
      extensions,
      maxAge: fc.constantFrom(
        0,
        1,
        1000,
        999_999,
        1e15,
        -5,
        Infinity,
        Number.NaN,
        "1d",
        "x",
        "",
        "1.5h",
      ),
      maxage: fc.constantFrom(5000, "2d"),
      start: fc.constantFrom(0, 1, 3, 8, 10, 70_000),
      // Below `start`, npm send announces a length below zero.
      end: fc.constantFrom(70_000, 70_001, 199_999, 200_000, 1e9, Infinity),
      highWaterMark: fc.constantFrom(1000, 65_536, 300_000),
      root: fc.constant(folder),
    },
    { requiredKeys: [] },
  );
}

const anyListening: fc.Arbitrary<Listening> = fc.record({
  error: fc.boolean(),
  directory: fc.boolean(),
  headers: fc.option(
    fc.constantFrom(
      { "Content-Type": "x/y", ETag: '"mine"' },
      { "Cache-Control": "private", "Last-Modified": "Sat, 03 Feb 2024 04:05:06 GMT" },
      { "Content-Encoding": "x", "X-Mine": "1", "Accept-Ranges": "none" },
      { "Last-Modified": "rubbish", "Content-Language": "de" },
      { "Transfer-Encoding": "chunked" },
    ),
    { nil: undefined },
  ),
  stream: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("none" as const, "listen" as const) },
    fc.constantFrom("read" as const, "fail" as const, "later" as const, "pause" as const),
  ),
});

export function anyCase(folder: string): fc.Arbitrary<Case> {
  return fc
    .record({
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constant("GET") },
        { weight: 2, arbitrary: fc.constant("HEAD") },
        fc.constantFrom("POST", "OPTIONS", "DELETE"),
      ),
      version: fc.oneof(
        { weight: 5, arbitrary: fc.constant("1.1" as const) },
        fc.constant("1.0" as const),
      ),
      path: anyPath,
      headers: fc.array(anyHeader, { maxLength: 4 }),
      options: anyOptions(folder),
      listening: anyListening,
      status: fc.constantFrom(undefined, undefined, undefined, 200, 201, 203, 404, 500, 204, 304),
      preset: fc.constantFrom(
        {},
        {},
        { "X-Before": "1", "Content-Type": "text/x" },
        { ETag: '"mine"' },
      ),
    })
    .map((one) => {
      const place = one.options.root ? "" : encodeURI(folder);
      return Object.assign(one, { path: `${place}${one.path}` });
    });
}
