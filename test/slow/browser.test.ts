/**
 * The library answers as CPython in a browser: bundled without any shim, under a policy that forbids `eval`, in
 * a page that is isolated from other origins, and so has SharedArrayBuffer, and in one that is not.
 */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { OutputChunk } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../tools/browser.mjs";
import { backings } from "../conformance/backings.ts";
import { files, stepsOver } from "../conformance/files.ts";
import { bundleLibrary, bundleSuite } from "./runtimes/bundle.ts";
import type { RunInPage } from "./runtimes/page.ts";

const vectors = fileURLToPath(new URL("../conformance/vectors", import.meta.url));
const all = backings.map(({ name }) => name);

const html = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="importmap" nonce="map">
  { "imports": { "zerocopy": "./index.js", "zerocopy/struct": "./struct.js" } }
</script>
<script type="module" src="page.js"></script>
`;

const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

let folder: string;
let library: OutputChunk[];
let browser: Browser;
let server: http.Server;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-browser-"));
  library = await bundleLibrary(folder);
  await bundleSuite(new URL("runtimes/page.ts", import.meta.url), folder);
  server = http.createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await launchBrowser(["--js-flags=--expose-gc"]);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  fs.rmSync(folder, { recursive: true });
});

/** `/isolated/…` and `/plain/…`. */
function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
  const [, kind, ...rest] = (request.url ?? "").split("/");
  const name = rest.join("/");
  response.setHeader(
    "content-security-policy",
    "default-src 'self' data:; script-src 'self' 'nonce-map'",
  );
  if (kind === "isolated") response.setHeaders(new Map(Object.entries(isolation)));
  if (name === "") {
    response.setHeader("content-type", "text/html").end(html);
  } else if (name.startsWith("vectors/")) {
    response.setHeader("content-encoding", "gzip");
    response.end(fs.readFileSync(path.join(vectors, path.basename(name))));
  } else {
    response.setHeader("content-type", "text/javascript");
    response.end(fs.readFileSync(path.join(folder, path.basename(name))));
  }
}

async function open(kind: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/${kind}/`);
  return { page, complaints };
}

test("the bundled library imports nothing from outside", () => {
  const own = library.map(({ fileName }) => fileName);
  const imported = library.flatMap(({ imports, dynamicImports }) => [
    ...imports,
    ...dynamicImports,
  ]);
  expect(own).toEqual(expect.arrayContaining(["index.js", "struct.js", ...imported]));
  for (const { code } of library) expect(code).not.toContain("node:");
});

describe.for([
  { kind: "isolated", memories: all },
  { kind: "plain", memories: all.filter((name) => name !== "SharedArrayBuffer") },
])("in a page that is $kind", ({ kind, memories }) => {
  test("nothing of Node is there", async () => {
    const { page } = await open(kind);
    const found = await page.evaluate(() =>
      ["Buffer", "process", "require", "SharedArrayBuffer"].filter((name) => name in globalThis),
    );
    expect(found).toEqual(kind === "isolated" ? ["SharedArrayBuffer"] : []);
    await page.close();
  });

  test("over every memory", { timeout: 1_800_000 }, async () => {
    const { page, complaints } = await open(kind);
    const { steps, extensions, ...report } = await page.evaluate(
      (given) => (globalThis as unknown as { runInPage: RunInPage }).runInPage(...given),
      [files.map(({ name }) => `${name}.jsonl.gz`), memories] as const,
    );
    const left = `${extensions} left out where CPython refuses what we do`;
    console.log(`${browser.version()}, ${kind}: ${steps} steps over ${memories.join()}; ${left}`);
    expect(report).toEqual({ failed: 0, failures: [] });
    expect(steps + extensions).toBe(stepsOver(memories.length));
    expect(complaints).toEqual([]);
    await page.close();
  });
});
