import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { limits, readListing } from "../../../../src/http/listing/directory.ts";
import type { Listing } from "../../../../src/http/listing/directory.ts";
import { renderListing, sendListing } from "../../../../src/http/listing/listing.ts";
import { temporaryFolder } from "../../../support/content.ts";
import { later, leaveNothingOpen } from "../../../support/resources.ts";

leaveNothingOpen();

/** A new folder with these files; a name that ends in "/" is a folder. */
function folderOf(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    const file = path.join(folder, name);
    if (name.endsWith("/")) fs.mkdirSync(file, { recursive: true });
    else fs.writeFileSync(file, "12345");
  }
  return folder;
}

const ignore = { pathname: "/", dotfiles: "ignore" } as const;

async function listed(directory: string, more: object = {}): Promise<Listing> {
  return readListing({ directory, ...ignore, ...more });
}

async function namesOf(directory: string, more: object = {}): Promise<string[]> {
  return (await listed(directory, more)).entries.map(({ name }) => name);
}

describe("readListing()", () => {
  test("puts folders first, and names in the order that people expect", async () => {
    const folder = folderOf("file10", "file9", "File1", "zoo/", "Éclair", "fig", "b/", "a.txt");
    expect(await namesOf(folder)).toEqual([
      ...["b", "zoo"],
      ...["a.txt", "Éclair", "fig", "File1", "file9", "file10"],
    ]);
  });

  test("tells size and time of files, and where they lead", async () => {
    const folder = folderOf("a b?#%.txt", "sub/");
    fs.utimesSync(path.join(folder, "a b?#%.txt"), 1e9, 1e9);
    expect((await listed(folder)).entries).toMatchObject([
      { name: "sub", kind: "directory", href: "sub/" },
      {
        ...{ name: "a b?#%.txt", kind: "file", size: 5, href: "a%20b%3F%23%25.txt" },
        modified: new Date(1e12),
      },
    ]);
  });

  test("hides dotfiles unless they are allowed", async () => {
    const folder = folderOf(".env", "a", ".git/");
    expect(await namesOf(folder)).toEqual(["a"]);
    expect(await namesOf(folder, { dotfiles: "deny" })).toEqual(["a"]);
    expect(await namesOf(folder, { dotfiles: "allow" })).toEqual([".git", ".env", "a"]);
  });

  test("gives no link to what could not be opened, and says why", async () => {
    const outside = folderOf("secret");
    const folder = folderOf("real/", "real/file");
    fs.symlinkSync(path.join(outside, "secret"), path.join(folder, "out"));
    fs.symlinkSync("nowhere", path.join(folder, "broken"));
    fs.symlinkSync("loop", path.join(folder, "loop"));
    fs.symlinkSync("real", path.join(folder, "inside"));
    fs.symlinkSync(path.join(folder, "real/file"), path.join(folder, "absolute"));
    const told = async (symlinks: "inside" | "follow" | "never"): Promise<string[]> => {
      const { entries } = await listed(folder, { symlinks, root: folder });
      return entries.map(({ name, href, note }) => `${name}: ${href ?? note}`);
    };
    expect(await told("inside")).toEqual([
      "inside: inside/",
      "real: real/",
      "absolute: absolute",
      "broken: link, leads nowhere",
      "loop: link, leads nowhere",
      "out: link, leads outside",
    ]);
    expect(await told("follow")).toContain("out: out");
    expect(await told("never")).toEqual([
      "real: real/",
      ...["absolute", "broken", "inside", "loop", "out"].map(
        (name) => `${name}: link, not followed`,
      ),
    ]);
  });

  test("counts as inside what lies beneath the root, though above the directory", async () => {
    const folder = folderOf("a/", "b");
    fs.symlinkSync("../b", path.join(folder, "a/up"));
    const [entry] = (await listed(path.join(folder, "a"), { root: folder })).entries;
    expect(entry).toMatchObject({ name: "up", kind: "file", href: "up" });
  });

  test("names what is no text without a link", async (context) => {
    if (process.platform !== "linux") context.skip("names are text here");
    const folder = folderOf();
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), "");
    expect((await listed(folder)).entries).toEqual([
      { name: "caf\ufffd", kind: "other", note: "name is not UTF-8" },
    ]);
  });

  test("lists a directory by its descriptor", async (context) => {
    if (process.platform !== "linux") context.skip("there is no /proc");
    const folder = folderOf("a", "b/");
    fs.symlinkSync("a", path.join(folder, "link"));
    const fd = fs.openSync(folder, "r");
    later(() => fs.closeSync(fd));
    const { entries } = await listed(`/proc/self/fd/${fd}`);
    expect(entries.map(({ href }) => href)).toEqual(["b/", "a", "link"]);
  });

  test("shows large directories in pages, and reads no more than its limit", async () => {
    const folder = folderOf();
    for (let index = 0; index < limits.page + 3; index++) {
      fs.writeFileSync(path.join(folder, `f${index}`), "");
    }
    const first = await listed(folder);
    expect(first).toMatchObject({ page: 1, pages: 2, total: limits.page + 3, complete: true });
    expect(first.entries.length).toBe(limits.page);
    expect(await namesOf(folder, { page: 2 })).toEqual(["f1000", "f1001", "f1002"]);
    expect(await listed(folder, { page: 99 })).toMatchObject({ page: 2 });
    for (let index = limits.page + 3; index <= limits.entries; index++) {
      fs.writeFileSync(path.join(folder, `f${index}`), "");
    }
    expect(await listed(folder)).toMatchObject({ total: limits.entries, complete: false });
  });

  test("fails as opendir(3) does", async () => {
    const folder = folderOf("file");
    await expect(listed(path.join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
    await expect(listed(path.join(folder, "file"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});

describe("renderListing()", () => {
  const page = (directory: string, pathname = "/"): Promise<string> =>
    renderListing({ directory, pathname, dotfiles: "ignore" });

  test("escapes every name, in text and in links", async () => {
    const hostile = [
      ...["<script>alert(1)<", '"onmouseover="x', "'&amp;", "javascript:alert(1)"],
      ...["line\nbreak", "\u202Etxt.exe"],
    ];
    const html = await page(folderOf(...hostile), '/"><script>/');
    expect(html).not.toMatch(/<script|"on|href="javascript:|line\nbreak/);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;");
    expect(html).toContain('href="javascript%3Aalert(1)"');
    expect(html).toContain("line\u240abreak");
    expect(html).toContain("<bdi>\u202Etxt.exe</bdi>");
  });

  test("links every folder above, relative to this one", async () => {
    const html = await page(folderOf("x"), "/a/b c/");
    const nav = /<nav aria-label="Folders above">.*<\/nav>/.exec(html)?.[0] ?? "";
    const links = [...nav.matchAll(/href="([^"]*)"[^>]*><bdi>([^<]*)/g)];
    const targets = links.map(([, href = "", text]) => [
      text,
      new URL(href, "http://h/mounted/a/b%20c/").pathname,
    ]);
    expect(targets).toEqual([
      ["root", "/mounted/"],
      ["a", "/mounted/a/"],
      ["b c", "/mounted/a/b%20c/"],
    ]);
    expect(html).toContain('<a href="../" aria-label="the folder above">');
    expect(await page(folderOf("x"))).not.toContain('href="../"');
  });

  test("sums up what is there", async () => {
    expect(await page(folderOf())).toContain("This folder is empty.");
    expect(await page(folderOf("a", "b", "c/"))).toContain("1 folder, 2 files with 10 B");
  });
});

describe("sendListing()", () => {
  async function serving(directory: string): Promise<string> {
    const server = http.createServer((req, res) => {
      void sendListing(req, res, { directory, ...ignore });
    });
    later(() => {
      server.close();
      server.closeAllConnections();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  test("answers people with a page under a strict policy", async () => {
    const response = await fetch(await serving(folderOf("a")), {
      headers: { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
    });
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("vary")).toBe("Accept");
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^ ]+'; img-src data:; /,
    );
    expect(await response.text()).toContain('<a href="a">');
  });

  test("answers programs with JSON", async () => {
    const response = await fetch(await serving(folderOf("a", "b/")), {
      headers: { Accept: "text/html;q=0.5, application/json" },
    });
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toMatchObject({
      path: "/",
      ...{ page: 1, pages: 1, total: 2, complete: true },
      entries: [
        { name: "b", kind: "directory", href: "b/" },
        { name: "a", kind: "file", size: 5, href: "a" },
      ],
    });
  });

  test("answers who wants neither, and HEAD, as it answers people", async () => {
    const url = await serving(folderOf("a"));
    for (const init of [
      { headers: { Accept: "image/png" } },
      { method: "HEAD", headers: { Accept: "*/*" } },
    ]) {
      const response = await fetch(url, init);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
  });

  test.each(["?page=2", "?page=99", "?page=-1", "?page=x", "?page=1e9", "?page"])(
    "answers %s with a page that is there",
    async (query) => {
      const response = await fetch((await serving(folderOf("a"))) + query);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<a href="a">');
    },
  );
});
