import { describe, expect, test } from "vitest";
import { adviceFor, explain, nearestNames } from "../../../src/profile/advice.ts";
import { files } from "../../../src/profile/advice/files.ts";
import { memory } from "../../../src/profile/advice/memory.ts";
import { network } from "../../../src/profile/advice/network.ts";
import type { Row } from "../../../src/profile/advice/row.ts";
import { streams } from "../../../src/profile/advice/streams.ts";
import { text } from "../../../src/profile/advice/text.ts";
import { read } from "../../repository.ts";

const rows: readonly Row[] = [...memory, ...text, ...streams, ...files, ...network];

describe("the tables", () => {
  test("know at least 100 names of 60 ways to copy", () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(new Set(rows.flatMap(({ apis }) => apis)).size).toBeGreaterThan(100);
  });

  test("say one thing for each name and kind", () => {
    const keys = rows.flatMap(({ apis, kind = "copy" }) =>
      apis.map((api) => `${api} ${kind}`.toLowerCase()),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test.for(rows)("$apis.0: fits a table, and saves something or says that nothing does", (row) => {
    expect(row.instead.length).toBeLessThanOrEqual(40);
    expect(row.saves > 0).toBe(row.instead !== "");
    expect(row.saves).toBeLessThanOrEqual(1);
    for (const part of [row.copies, row.instead, row.when ?? ""])
      expect(part).not.toMatch(/\.$|\n/);
  });

  test.for(rows.filter(({ from }) => from !== undefined))(
    "$apis.0: $instead is exported by $from",
    async ({ instead, from }) => {
      const [name = ""] = /^\w+/.exec(instead) ?? [];
      expect(Object.keys((await import(from!)) as object)).toContain(name);
    },
  );

  test.for([...new Set(rows.map(({ guide }) => guide))])("%s is there", (guide) => {
    const [page, anchor = ""] = guide.split("#");
    const headings = read(`docs/guide/${page}`).match(/^#+ .*/gm) ?? [];
    const anchors = headings.map((heading) =>
      heading
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\w\s-]/g, "")
        .replaceAll(" ", "-"),
    );
    expect(["", ...anchors]).toContain(anchor);
  });
});

describe("adviceFor()", () => {
  test("goes by the name and the kind of the copy", () => {
    expect(adviceFor({ api: "fs.readFileSync", kind: "in" })).toEqual({
      api: "fs.readFileSync",
      kind: "in",
      copies: "the whole file out of the page cache",
      replacement: "mapFile(path)",
      from: "zerocopy/fs",
      when: "",
      saves: 1,
      guide: "docs/guide/10-mapped-files.md",
    });
    expect(adviceFor({ api: "fs.readFileSync", kind: "copy" })?.replacement).toContain("find");
  });

  test("knows methods of prototypes too", () => {
    expect(adviceFor({ api: "TypedArray#map", kind: "copy" })?.api).toBe("TypedArray#map");
  });

  test("says nothing where nothing copies less, or nothing is known", () => {
    expect(adviceFor({ api: "cipher.update", kind: "copy" })).toBeUndefined();
    expect(adviceFor({ api: "Buffer.concat", kind: "out" })).toBeUndefined();
    expect(adviceFor({ api: "no.such", kind: "copy" })).toBeUndefined();
  });
});

describe("explain()", () => {
  const apis = (name: string): string[] => explain(name).map(({ api }) => api);

  test("finds what people write", () => {
    expect(apis("Buffer.concat")).toEqual(["Buffer.concat"]);
    expect(apis("concat")).toEqual(["Buffer.concat"]);
    expect(apis("buf.toString('hex')")).toEqual(["buf.toString"]);
    expect(apis("Buffer.prototype.toString")).toEqual(["Buffer.toString"]);
    expect(apis("Uint8Array#slice")).toEqual(["Uint8Array.slice"]);
    expect(apis("json.parse")).toEqual(["JSON.parse"]);
  });

  test("gives each kind of copy that an API makes, and each API of an ambiguous name", () => {
    expect(explain("readFileSync").map(({ kind }) => kind)).toEqual(["in", "copy"]);
    expect(apis("text")).toEqual(["consumers.text", "blob.text", "response.text"]);
    expect(apis("brotli")).toEqual(["zlib.brotliDecompressSync", "zlib.brotliCompressSync"]);
  });

  test("says so too when nothing copies less", () => {
    expect(explain("cipher.update")).toMatchObject([{ replacement: "", saves: 0 }]);
  });

  test("knows nothing of what does not copy, and then which names are like it", () => {
    expect(explain("subarray")).toEqual([]);
    expect(explain("")).toEqual([]);
    expect(explain("Buffer.concta")).toEqual([]);
    expect(nearestNames("Buffer.concta")).toEqual(["Buffer.concat"]);
    expect(nearestNames("structredClone")).toEqual(["structuredClone"]);
    expect(nearestNames("xyzxyzxyzxyz")).toEqual([]);
  });
});
