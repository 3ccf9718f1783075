/**
 * Requests that try to get out of a served directory: whatever the path, the link, the kernel, nothing
 * outside is read, nothing hangs, and no descriptor stays open.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, afterAll, expect, test } from "vitest";
import { readCounts } from "../support/faults/counts.mjs";
import { expected, makePlace, secret } from "../support/insideAndOut.ts";
import type { Symlinks } from "../support/insideAndOut.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { buildFaults } from "../support/storm.ts";
import { startSwapping } from "../support/swapping.ts";
import { inTime, until } from "../support/until.ts";

leaveNothingOpen();

const driver = fileURLToPath(new URL("../support/faults/static.mjs", import.meta.url));
const { EAGAIN, EINVAL, ENOSYS, EPERM } = os.constants.errno;

/** Targets as they come over the wire. None may be answered with what lies outside. */
const attacks = [
  ..."/../outside/secret /..//outside/secret /sub/../../outside/secret /./../outside/secret".split(
    " ",
  ),
  // Encoded, once and twice, in parts and whole.
  ..."/%2e%2e/outside/secret /%2E%2E/outside/secret /.%2e/outside/secret".split(" "),
  ..."/..%2foutside%2fsecret /%2e%2e%2foutside%2fsecret /sub%2f..%2f..%2foutside/secret".split(" "),
  ..."/%252e%252e/outside/secret /%252e%252e%252foutside /%25%32%65%25%32%65/outside".split(" "),
  // Overlong UTF-8, and what some decoders take for a dot or a slash.
  ..."/%c0%ae%c0%ae/outside/secret /%e0%80%ae%e0%80%ae/outside /%c0%af..%c0%afoutside".split(" "),
  ..."/%uff0e%uff0e/outside/secret /%u002e%u002e/outside /\u2025/outside /%ef%bc%8e%ef%bc%8e/o".split(
    " ",
  ),
  // Backslashes, semicolons, more dots, spaces at the end.
  ..."/..\\outside\\secret /..%5coutside%5csecret /%5c..%5coutside /\\..\\outside".split(" "),
  ..."/..;/outside/secret /..;a=b/outside /.;/../outside /..../outside /....//outside".split(" "),
  ..."/..%20/outside/secret /..%09/outside /%20../outside /.%00./outside".split(" "),
  // NUL.
  ..."/%00 /file%00 /file%00.txt /..%00/outside/secret /sub%00/../../outside/secret".split(" "),
  // Absolute paths and URIs.
  ..."//etc/passwd ///etc/passwd /%2fetc/passwd /%2f%2fetc%2fpasswd //outside/secret".split(" "),
  ..."http://host/../outside/secret http://host/%2e%2e/outside/secret http://host//etc/passwd".split(
    " ",
  ),
  ..."file:///etc/passwd http://host http://host?/../outside * host:80 outside/secret ../outside".split(
    " ",
  ),
  // What is no escape, and hidden behind a query or a fragment.
  ..."/% /%2 /%zz /%2e%2 /file?/../../outside/secret /?../outside /#/../outside/secret".split(" "),
  // Behind links.
  ..."/to-outside/ /to-outside/.. /to-parent/ /to-parent/outside/ /to-outside-folder/../secret".split(
    " ",
  ),
  ..."/to-root/to-root/to-root/../outside/secret /to-parent/root/../outside/secret".split(" "),
  "/proc/self/root/etc/passwd",
  `/${"../".repeat(500)}etc/passwd`,
  `/${"a/".repeat(3000)}`,
  `/${"a".repeat(300)}`,
];

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The answer to a target as it is: clients of HTTP would mend it. */
async function ask(port: number, target: string): Promise<Answer> {
  const socket = net.connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => {});
  socket.write(Buffer.from(`GET ${target} HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n`));
  await inTime(once(socket, "close"), `an answer to ${target.slice(0, 100)}`);
  const [, status = "0", body = ""] =
    /^HTTP\/1\.1 (\d+)[^]*?\r\n\r\n([^]*)$/.exec(Buffer.concat(chunks).toString()) ?? [];
  return { status: Number(status), body };
}

interface Site {
  readonly root: string;
  readonly options: object;
}

interface Running {
  /** Of the sites, in their order. */
  readonly ports: readonly number[];
  readonly openFiles: () => number;
}

async function start(
  sites: readonly Site[],
  environment: Readonly<Record<string, string>>,
): Promise<Running> {
  const child = spawn(process.execPath, [driver, JSON.stringify(sites)], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  later(async () => {
    child.stdin.end();
    const [code] = (await inTime(closed, "the end of the server")) as [number];
    expect(code).toBe(0);
  });
  const [line] = (await inTime(once(child.stdout, "data"), "the server")) as [Buffer];
  return {
    ports: JSON.parse(String(line)) as number[],
    openFiles: () => fs.readdirSync(`/proc/${child.pid}/fd`).length,
  };
}

/** Twenty at a time. */
async function askAll(port: number, targets: readonly string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let first = 0; first < targets.length; first += 20) {
    const some = targets.slice(first, first + 20);
    answers.push(...(await Promise.all(some.map((target) => ask(port, target)))));
  }
  return answers;
}

/** What is answered where `Root` finds this. */
function answerOf(found: string): string {
  if (found === "directory") return "301";
  return /^E[A-Z]+$/.test(found) ? "404" : found;
}

/** As it has to stand in a request. */
function escape(name: string): string {
  return `/${name.split("/").map(encodeURIComponent).join("/")}`;
}

let folder: string;
let shim: string | undefined;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
  shim = buildFaults(folder);
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

const kinds = ["inside", "follow", "never"] as const;

test.for<{ kernel: string; faults?: string; environment?: Record<string, string> }>([
  { kernel: "as it is" },
  { kernel: "without the addon", environment: { ZEROCOPY_DISABLE_NATIVE: "1" } },
  { kernel: "that has no openat2(2)", faults: `openat2:${ENOSYS}` },
  { kernel: "that forbids openat2(2)", faults: `openat2:${EPERM}` },
  { kernel: "that cannot look at its caches only", faults: `openat2:${EINVAL}:times=1` },
  { kernel: "that often says EAGAIN", faults: `openat2:${EAGAIN}:chance=2:skip=1` },
])(
  "on a kernel $kernel, serveStatic keeps what is outside its root to itself",
  async ({ faults, environment = {} }, context) => {
    if (faults && !shim) return context.skip("there is no C compiler to make the faults with");
    const counts = path.join(folder, "counts");
    const preload = { FAULTS: faults ?? "", FAULTS_COUNTS: counts, LD_PRELOAD: shim! };
    const { root } = await makePlace();
    const options = { dotfiles: "allow", index: false, cache: { maxStaleMs: 20 } };
    const sites = kinds.map((symlinks) => ({ root, options: { ...options, symlinks } }));
    const { ports, openFiles } = await start(sites, { ...environment, ...(faults && preload) });
    for (const port of ports) await ask(port, "/file"); // of all requests the first keeps something open
    const before = openFiles();
    for (const [index, port] of ports.entries()) {
      await checkAttacks(port, kinds[index]!);
      await checkPaths(port, kinds[index]!);
    }
    await until(() => openFiles() <= before, "the server keeps descriptors open");
    const struck = faults ? readCounts(counts)["openat2"]!.struck : Infinity;
    expect(struck, "faults").toBeGreaterThan(0);
  },
);

async function checkAttacks(port: number, symlinks: Symlinks): Promise<void> {
  const answers = await askAll(port, attacks);
  for (const [index, { status, body }] of answers.entries()) {
    const target = attacks[index]!;
    const mayFollow = symlinks === "follow" && target.startsWith("/to-");
    expect(body.includes(secret) && !mayFollow, target).toBe(false);
    expect(body, target).not.toContain("root:"); // of /etc/passwd
    expect(status, target).toSatisfy(isSane);
  }
}

/** Every path of the place: 200 with what it should, or 404. */
async function checkPaths(port: number, symlinks: Symlinks): Promise<void> {
  const names = Object.keys(expected).filter((name) => !isNoPath(name));
  const answers = await askAll(port, names.map(escape));
  const found = names.map((name, index) => {
    const { status, body } = answers[index]!;
    return `${name}: ${status === 200 ? body : status}`;
  });
  expect(found).toEqual(names.map((name) => `${name}: ${answerOf(expected[name]![symlinks])}`));
}

test.for([
  { how: "by the kernel", environment: {} },
  { how: "without the addon", environment: { ZEROCOPY_DISABLE_NATIVE: "1" } },
])(
  "a directory that is swapped for a link during requests, opened $how",
  async ({ environment }) => {
    const { root, outside } = await makePlace();
    fs.writeFileSync(path.join(outside, "file"), secret);
    const { ports } = await start([{ root, options: { cache: false } }], environment);
    const stop = await startSwapping(path.join(root, "sub"), path.join(root, "to-outside-folder"));
    const seen: Record<string, number> = {};
    for (let round = 0; round < 100; round++) {
      const answers = await askAll(ports[0]!, Array(10).fill("/sub/file"));
      for (const { status, body } of answers) {
        seen[status] = (seen[status] ?? 0) + 1;
        expect(body).toBe(status === 200 ? "below" : "Not Found\n");
      }
    }
    expect(await stop()).toBeGreaterThan(1000);
    expect(Object.keys(seen)).toEqual(["200", "404"]);
  },
);

/** What the path is normalised to, or refused for, before a file is looked for: `attacks` has these. */
function isNoPath(name: string): boolean {
  return (
    name === "" ||
    name.includes("\0") ||
    name.startsWith("/") ||
    name.endsWith("/") ||
    /\.\.[\\/]|\.\.$/.test(name)
  );
}

/** An answer of ours, and none that says that something went wrong. */
function isSane(status: number): boolean {
  return status === 200 || status === 301 || (status >= 400 && status < 500);
}
