/** `zerocopy serve`: what it answers, to whom, and how it ends. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { leaveNothingOpen } from "../support/resources.ts";
import { ask, rawClient, serving, site } from "../support/serving.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

describe("the files", () => {
  test("of a folder: its index, or a page of what it holds", async () => {
    const server = await serving([site({ "index.html": "home", "docs/a.txt": "" })]);
    expect(await ask(server, "/")).toMatchObject({ status: 200, body: "home" });
    expect(await ask(server, "/docs")).toMatchObject({
      status: 301,
      headers: { location: "/docs/" },
    });
    expect((await ask(server, "/docs/")).body).toContain('<a href="a.txt">');
    const json = await ask(server, "/docs/", { headers: { Accept: "application/json" } });
    expect(JSON.parse(json.body)).toMatchObject({ path: "/docs/", entries: [{ name: "a.txt" }] });
    expect((await ask(server, "/none")).status).toBe(404);
  });

  test("are asked for by GET and HEAD", async () => {
    const server = await serving([site({ a: "12345" })]);
    const head = await ask(server, "/a", { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, body: "", headers: { "content-length": "5" } });
    const refused = await ask(server, "/a", { method: "POST" });
    expect(refused).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    const options = await ask(server, "/a", { method: "OPTIONS" });
    expect(options).toMatchObject({ status: 204, headers: { allow: "GET, HEAD, OPTIONS" } });
  });

  test("--no-listing, --index, --extensions", async () => {
    const folder = site({ "home.htm": "home", "about.html": "about", "b/c": "" });
    const words = ["--no-listing", "--index", "home.htm", "--extensions", ".html"];
    const server = await serving([folder, ...words]);
    expect((await ask(server, "/")).body).toBe("home");
    expect((await ask(server, "/about")).body).toBe("about");
    expect((await ask(server, "/b/")).status).toBe(404);
  });

  test("--dotfiles", async () => {
    const folder = site({ ".env": "secret", "a/.git/config": "secret" });
    const closed = await serving([folder]);
    expect((await ask(closed, "/.env")).status).toBe(404);
    expect((await ask(closed, "/a/.git/config")).status).toBe(404);
    expect((await ask(closed, "/")).body).not.toContain(".env");
    const open = await serving([folder, "--dotfiles"]);
    expect((await ask(open, "/.env")).body).toBe("secret");
    expect((await ask(open, "/")).body).toContain('<a href=".env">');
  });

  test("--symlinks", async () => {
    const outside = site({ secret: "secret" });
    const folder = site({ a: "a" });
    fs.symlinkSync(path.join(outside, "secret"), path.join(folder, "out"));
    fs.symlinkSync("a", path.join(folder, "in"));
    const status = async (...words: string[]): Promise<number[]> => {
      const server = await serving([folder, ...words]);
      return Promise.all(["/in", "/out"].map(async (at) => (await ask(server, at)).status));
    };
    expect(await status()).toEqual([200, 404]);
    expect(await status("--symlinks", "follow")).toEqual([200, 200]);
    expect(await status("--symlinks", "never")).toEqual([404, 404]);
  });

  test("--spa answers for routes, not for files that are missing", async () => {
    const server = await serving([site({ "index.html": "app", "a.js": "js" }), "--spa"]);
    expect(await ask(server, "/users/7?tab=1")).toMatchObject({ status: 200, body: "app" });
    expect((await ask(server, "/a.js")).body).toBe("js");
    expect((await ask(server, "/b.js")).status).toBe(404);
  });

  test("404.html is the page of what is not there", async () => {
    const folder = site({ "404.html": "<h1>gone</h1>", a: "a" });
    const server = await serving([folder]);
    const html = { "content-type": "text/html; charset=utf-8" };
    const gone = { status: 404, body: "<h1>gone</h1>", headers: html };
    expect(await ask(server, "/none")).toMatchObject(gone);
    expect(await ask(server, "/none", { method: "HEAD" })).toMatchObject({ ...gone, body: "" });
    expect(await ask(server, "/404.html")).toMatchObject({ ...gone, status: 200 });
    expect(await ask(server, "/%00")).toMatchObject({ status: 400, body: "Bad Request\n" });
    fs.rmSync(path.join(folder, "404.html"));
    fs.symlinkSync("/etc/hostname", path.join(folder, "404.html"));
    expect(await ask(server, "/other")).toMatchObject({ status: 404, body: "Not Found\n" });
  });

  test("--cache says for how long, otherwise clients ask again", async () => {
    const folder = site({ a: "a" });
    const age = async (...words: string[]): Promise<string | undefined> =>
      (await ask(await serving([folder, ...words]), "/a")).headers["cache-control"];
    expect(await age()).toBe("public, max-age=0");
    expect(await age("--cache", "90")).toBe("public, max-age=90");
    expect(await age("--cache", "1h")).toBe("public, max-age=3600");
  });

  test("--precompressed", async () => {
    const folder = site({ "a.js": "x".repeat(1000) });
    fs.writeFileSync(path.join(folder, "a.js.gz"), gzipSync("x".repeat(1000)));
    const server = await serving([folder, "--precompressed"]);
    const { headers } = await ask(server, "/a.js", { headers: { "Accept-Encoding": "gzip" } });
    expect(headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
  });

  test("arrive whole with curl, resumed ones too", async (context) => {
    const run = promisify(execFile);
    const found = await run("curl", ["--version"]).catch(() => undefined);
    if (!found) context.skip("there is no curl");
    const body = "0123456789".repeat(100_000);
    const folder = site({ "big file.txt": body });
    const server = await serving([folder]);
    const target = path.join(folder, "got");
    fs.writeFileSync(target, body.slice(0, 123_456));
    await run("curl", ["-sSf", "-C", "-", "-o", target, `${server.url}big%20file.txt`]);
    expect(fs.readFileSync(target, "utf8") === body).toBe(true);
  });
});

describe("who is answered", () => {
  test("not a site that points its own name here", async () => {
    const server = await serving([site({ a: "secret" }), "--json"]);
    const rebound = await ask(server, "/a", { headers: { Host: "evil.example:3000" } });
    expect(rebound.status).toBe(421);
    expect(rebound.body).toContain("--allow-host");
    expect(rebound.body).not.toContain("secret");
    for (const host of ["localhost", `127.0.0.1:${server.port}`, "[::1]"]) {
      expect((await ask(server, "/a", { headers: { Host: host } })).status, host).toBe(200);
    }
    const allowing = await serving([site({ a: "a" }), "--allow-host", "files.example"]);
    expect((await ask(allowing, "/a", { headers: { Host: "files.example" } })).status).toBe(200);
  });

  test("not pages of other sites, without --cors", async () => {
    const { headers } = await ask(await serving([site({ a: "a" })]), "/a", {
      headers: { Origin: "https://other.example" },
    });
    expect(headers).toMatchObject({ "cross-origin-resource-policy": "same-site" });
    expect(Object.keys(headers).join()).not.toContain("access-control");
  });

  test("with --cors every page, and its preflight", async () => {
    const server = await serving([site({ a: "a" }), "--cors"]);
    const origin = { Origin: "https://other.example" };
    const { headers } = await ask(server, "/a", { headers: origin });
    expect(headers).toMatchObject({
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    });
    const asked = {
      "Access-Control-Request-Method": "GET",
      "Access-Control-Request-Headers": "range",
    };
    const preflight = await ask(server, "/a", {
      method: "OPTIONS",
      headers: { ...origin, ...asked },
    });
    expect(preflight).toMatchObject({
      ...{ status: 204, body: "" },
      headers: {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "range",
      },
    });
  });

  test("with --cors=ORIGIN the pages of that origin", async () => {
    const server = await serving([site({ a: "a" }), "--cors=https://app.example"]);
    const { headers } = await ask(server, "/none", {
      headers: { Origin: "https://other.example" },
    });
    expect(headers["access-control-allow-origin"]).toBe("https://app.example");
  });
});

describe("the end", () => {
  const request = "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** A folder with a file that no socket's buffers hold. */
  function bigSite(): string {
    const folder = site({ big: "", small: "1" });
    fs.truncateSync(path.join(folder, "big"), 64 * 2 ** 20);
    return folder;
  }

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "comes at once with %s when nobody is being answered",
    async (signal) => {
      const server = await serving([bigSite(), "--json", "--grace", "1h"]);
      const silent = await rawClient(server);
      const idle = await rawClient(server, "GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await until(() => server.events("response").length === 1, "it did not answer");
      const { code, stderr } = await server.end(signal);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(server.events("stopped")).toMatchObject([{ responses: 1, cut: 0 }]);
      for (const socket of [silent, idle]) {
        socket.resume();
        if (!socket.closed) await once(socket, "close");
      }
    },
  );

  test("waits for what is being sent, and takes nothing new", async () => {
    const server = await serving([bigSite(), "--json", "--grace", "1h"]);
    const client = await rawClient(server, request);
    await until(() => openFiles(server.child.pid, "big") > 0, "it does not send");
    server.child.kill("SIGTERM");
    await until(() => server.events("stopping").length === 1, "it does not wait");
    await expect(ask(server, "/small")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    let bytes = 0;
    client.on("data", (chunk: Buffer) => (bytes += chunk.length)).resume();
    await once(client, "close");
    expect(bytes).toBeGreaterThan(64 * 2 ** 20);
    const { code, stderr } = await server.end();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(server.events("stopped")).toMatchObject([{ bytes: 64 * 2 ** 20, cut: 0 }]);
  });

  test("comes at once with a second Ctrl-C, and says what was lost", async () => {
    const server = await serving([bigSite(), "--json", "--grace", "1h"]);
    await rawClient(server, request);
    await rawClient(server, request);
    await until(() => openFiles(server.child.pid, "big") > 0, "it does not send");
    server.child.kill("SIGINT");
    await until(() => server.events("stopping").length === 1, "it does not wait");
    const { code, stderr } = await server.end("SIGINT");
    expect({ code, stderr }).toEqual({ code: 130, stderr: "zerocopy: interrupted\n" });
    expect(server.events("stopped")).toMatchObject([{ cut: 2 }]);
    expect(server.events("response")).toMatchObject([{ aborted: true }, { aborted: true }]);
  });

  test("waits no longer than --grace", async () => {
    const server = await serving([bigSite(), "--json", "--grace", "0"]);
    await rawClient(server, request);
    await until(() => openFiles(server.child.pid, "big") > 0, "it does not send");
    const { code } = await server.end("SIGTERM");
    expect(code).toBe(143);
    expect(server.events("stopped")).toMatchObject([{ cut: 1 }]);
  });
});

/** How often a process has a file of this name open. */
function openFiles(pid: number | undefined, name: string): number {
  const folder = `/proc/${pid}/fd`;
  const links = fs.readdirSync(folder).map((fd) => {
    try {
      return fs.readlinkSync(path.join(folder, fd));
    } catch {
      return ""; // it was closed meanwhile
    }
  });
  return links.filter((link) => path.basename(link) === name).length;
}
