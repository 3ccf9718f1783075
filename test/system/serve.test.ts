/** `zerocopy serve`: what it says, what it writes into its log, and how it starts. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { cliPath, runCli } from "../support/cli.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { ask, rawClient, serving, site } from "../support/serving.ts";
import type { LogEvent, Serving } from "../support/serving.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

const hasAddon = spawnSync(process.execPath, [cliPath, "doctor"], { encoding: "utf8" }).stdout;
const loaded = /native addon\s+loaded/.test(hasAddon);
const alwaysNative = { env: { ZEROCOPY_THRESHOLD: "0" } };

async function responses(server: Serving, count: number): Promise<LogEvent[]> {
  await until(
    () => server.events("response").length >= count,
    () => `there are not ${count} lines: ${server.stdout()}`,
  );
  return server.events("response");
}

describe("the log", () => {
  test("says that the kernel sent the files", async (context) => {
    if (!loaded) context.skip("there is no native addon");
    const server = await serving([site({ "a.txt": "12345" }), "--json"], alwaysNative);
    expect(server.events("start")).toMatchObject([{ path: "sendfile", urls: [server.url] }]);
    expect((await ask(server, "/a.txt?x=1")).body).toBe("12345");
    expect(await responses(server, 1)).toMatchObject([
      {
        ...{ remote: "127.0.0.1", method: "GET", target: "/a.txt?x=1", status: 200, bytes: 5 },
        ...{ path: "sendfile", aborted: false },
      },
    ]);
    const { stdout, code } = await server.end("SIGINT");
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
      ...{ event: "stopped", responses: 1, bytes: 5, cut: 0 },
      paths: { sendfile: { responses: 1, bytes: 5 } },
    });
  });

  test("says why they were copied where they were", async () => {
    const disabled = { env: { ZEROCOPY_DISABLE_NATIVE: "1" } };
    const server = await serving([site({ "a.txt": "12345" }), "--json"], disabled);
    const reason = "ZEROCOPY_DISABLE_NATIVE=1 is set";
    expect(server.events("start")).toMatchObject([{ path: "read-write", fallback: reason }]);
    expect((await ask(server, "/a.txt")).body).toBe("12345");
    expect(await responses(server, 1)).toMatchObject([{ bytes: 5, path: "read-write", reason }]);
    await server.end("SIGTERM");
    expect(server.events("stopped")).toMatchObject([{ reasons: { [reason]: 1 } }]);
  });

  test("has what is no file, HEAD and 304, with the bytes of their bodies", async () => {
    const server = await serving([site({ "a.txt": "12345", "b/c": "" }), "--json"]);
    const { headers } = await ask(server, "/a.txt", { method: "HEAD" });
    await ask(server, "/a.txt", { headers: { "If-None-Match": headers.etag } });
    const page = await ask(server, "/b/");
    await ask(server, "/none");
    await ask(server, "/a.txt", { headers: { Range: "bytes=1-2" } });
    const lines = await responses(server, 5);
    expect(lines.map(({ status, bytes }) => [status, bytes]).slice(0, 3)).toEqual([
      ...[
        [200, 0],
        [304, 0],
        [200, Buffer.byteLength(page.body)],
      ], // oxfmt keeps them on a line
    ]);
    expect(lines.slice(3)).toMatchObject([{ status: 404 }, { status: 206, bytes: 2 }]);
  });

  test("counts what had left when a client went away", async (context) => {
    if (!loaded) context.skip("there is no native addon");
    const folder = site({ big: "" });
    fs.truncateSync(path.join(folder, "big"), 1e9);
    const server = await serving([folder, "--json"]);
    const client = await rawClient(server, "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.resume();
    await until(() => client.bytesRead > 1e6, "nothing came");
    client.destroy();
    const [line] = await responses(server, 1);
    expect(line).toMatchObject({ status: 200, aborted: true });
    expect(line?.["bytes"]).toBeGreaterThan(1e6 - 1000);
    expect(line?.["bytes"]).toBeLessThan(1e9);
  });

  test("has no line, and no terminal command, of a client's making", async () => {
    for (const format of ["text", "combined", "json"]) {
      const server = await serving([site({}), "--log", format]);
      const agent = 'User-Agent: \x9b2J\xff\t"\r\nReferer: \x9b\r\n';
      const target = "/31m%0a%1b[2J\"'<>\\";
      const client = await rawClient(
        server,
        `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${agent}\r\n`,
      );
      client.resume();
      await until(() => server.stdout().includes("31m"), "the line did not come");
      // oxlint-disable-next-line no-control-regex -- that is what is looked for
      expect(server.stdout() + server.stderr()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\uffff]/);
      await server.end("SIGKILL");
    }
  });

  test.each([
    ["GET /\x9b31m HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "HPE_INVALID_URL"],
    ["GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400, undefined],
    [
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
      431,
      "HPE_HEADER_OVERFLOW",
    ],
  ])("has a line for what is no request: %#", async (text, status, reason) => {
    const server = await serving([site({}), "--json"]);
    const client = await rawClient(server, text);
    let answer = "";
    client.setEncoding("latin1").on("data", (more: string) => (answer += more));
    client.resume();
    await once(client, "close");
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain("Connection: close\r\n");
    expect(await responses(server, 1)).toMatchObject([{ status, ...(reason && { reason }) }]);
  });

  test("of the combined format is all there is on standard output", async () => {
    const server = await serving([site({ a: "1" }), "--log", "combined"]);
    await ask(server, "/a", { headers: { Referer: "http://localhost/", "User-Agent": "test" } });
    await until(() => server.stdout() !== "", "the line did not come");
    await server.end("SIGINT");
    expect(server.stdout()).toMatch(
      /^127\.0\.0\.1 - - \[[^\]]+\] "GET \/a HTTP\/1\.1" 200 1 "http:\/\/localhost\/" "test"\n$/,
    );
    expect(server.stderr()).toMatch(/^Serving [^]*Answered 1 request with 1 B\./);
  });

  test("is for people by default, with colours on a terminal only", async (context) => {
    if (spawnSync("script", ["--version"]).status !== 0) context.skip("there is no script(1)");
    const folder = site({ "a.txt": "12345" });
    const plain = await serving([folder]);
    await ask(plain, "/a.txt");
    const line =
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 127\.0\.0\.1 GET \/a\.txt 200 5 B [\d.]+ ms read-write \(.*\)$/m;
    await until(
      () => line.test(plain.stdout()),
      () => `the line did not come: ${plain.stdout()}`,
    );
    const words = [process.execPath, cliPath, "serve", folder, "--port", "0"].join(" ");
    for (const [env, expected] of [
      [{}, true],
      [{ NO_COLOR: "1" }, false],
    ] as const) {
      const shown = await inTerminal(words, env);
      expect(shown.includes("\x1b[32m200\x1b[0m")).toBe(expected);
    }
  });
});

/** What a terminal shows of a server that is asked once and then ended. */
async function inTerminal(command: string, env: Record<string, string>): Promise<string> {
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  later(() => child.kill());
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  const port = (): string | undefined => /127\.0\.0\.1:(\d+)/.exec(shown)?.[1];
  await until(
    () => port() !== undefined,
    () => `it did not start: ${shown}`,
  );
  await ask({ port: Number(port()) }, "/a.txt");
  await until(() => shown.includes("/a.txt"), "the line did not come");
  child.stdin.write("\x03"); // Ctrl-C
  await once(child, "close");
  return shown;
}

describe("the start", () => {
  test("says where, what and how, to this machine only", async () => {
    const folder = site({});
    const server = await serving([folder]);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(server.stdout()).toContain(`Serving ${folder}\n`);
    expect(server.stdout()).toMatch(loaded ? /by the kernel \(sendfile\)/ : /\(read-write\): /);
    expect(server.stderr()).toBe("");
  });

  test("on every interface has to be asked for, and warns", async () => {
    const server = await serving([site({ a: "1" }), "--host", "0.0.0.0", "--json"]);
    await until(() => server.stderr() !== "", "there was no warning");
    expect(server.stderr()).toBe(
      "zerocopy serve: warning: whoever reaches it on every network of this machine can read these files\n",
    );
    expect(server.events("start")[0]?.["urls"]).toContain(`http://127.0.0.1:${server.port}/`);
    expect((await ask(server, "/a")).status).toBe(200);
  });

  test("takes the next port when 3000 is taken, and says so", async () => {
    const holder = net.createServer();
    later(() => holder.close());
    holder.listen(3000, "127.0.0.1");
    await once(holder, "listening").catch(() => {}); // somebody else holds it
    const server = await serving([site({}), "--json"], { port: undefined });
    expect(server.events("start")).toMatchObject([{ takenPort: 3000 }]);
    expect(server.port).toBeGreaterThan(3000);
  });

  test("with --quiet says nothing, and answers", async () => {
    const holder = net.createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as net.AddressInfo;
    await new Promise((resolve) => holder.close(resolve));
    const child = await serving([site({ a: "1" }), "--quiet"], { port });
    expect((await ask({ port }, "/a")).body).toBe("1");
    expect(await child.end("SIGINT")).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
  });

  test("is refused in one line, with exit code 2", async () => {
    const holder = net.createServer().listen(0, "127.0.0.1");
    later(() => holder.close());
    await once(holder, "listening");
    const { port } = holder.address() as net.AddressInfo;
    const folder = site({ file: "" });
    const refused: [string[], RegExp][] = [
      [[folder, "--port", String(port)], /: port \d+ of 127\.0\.0\.1 is taken; --port 0 finds/],
      [
        [folder, "--host", "192.0.2.1", "-p", "0"],
        /: no interface of this machine has the address/,
      ],
      [[folder, "--host", "no.such.invalid"], /: (there is no host|the host) "no\.such\.invalid"/],
      [[path.join(folder, "none")], /: cannot serve .*none: .*ENOENT/],
      [[path.join(folder, "file")], /: cannot serve .*file: it is not a directory$/],
      [[folder, "--spa"], /: cannot serve .*ENOENT.*index\.html/],
      [[folder, "--index", "../x"], /index/],
      [[folder, "--nonsense"], /Unknown option '--nonsense'/],
    ];
    for (const [words, message] of refused) {
      const { code, stdout, stderr } = await runCli(["serve", ...words]);
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: "" });
      expect(stderr).toMatch(/^zerocopy serve: [^\n]*\n$/);
      expect(stderr.trim()).toMatch(message);
    }
  });

  test("on a privileged port says what is lacking", async (context) => {
    const limit = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
    if (process.getuid?.() !== 0) context.skip("only root can become nobody");
    if (!fs.existsSync(limit) || Number(fs.readFileSync(limit, "utf8")) < 2) {
      context.skip("no port is privileged here");
    }
    const folder = site({});
    fs.chmodSync(folder, 0o755);
    const { code, stderr } = await runCli(["serve", folder, "--port", "1"], { uid: 65534 });
    expect(stderr).toMatch(/^zerocopy serve: port 1 needs privileges[^\n]*\n$/);
    expect(code).toBe(2);
  });

  test("is explained by --help, and named among the commands", async () => {
    const { code, stdout } = await runCli(["serve", "--help"]);
    expect({ code, begins: stdout.startsWith("zerocopy serve: ") }).toEqual({
      code: 0,
      begins: true,
    });
    expect((await runCli(["--help"])).stdout).toMatch(/^ {2}serve {5}serves a directory/m);
  });
});
