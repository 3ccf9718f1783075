/** Which thread sends what, and what a disk that hangs holds up: nothing but itself. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { content, sha256, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, received } from "../support/sockets.ts";
import { inTime } from "../support/until.ts";

leaveNothingOpen();

const faults = fileURLToPath(new URL("../support/faults/", import.meta.url));
const mebibyte = 1 << 20;
const timeout = 20_000;

/** The threads in lines of the log, each once. */
function threadsOf(log: string): string[] {
  return [
    ...new Set(
      log
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[0]!),
    ),
  ];
}

/** GNU dd: writes nothing, syncs, and drops the file from the page cache. */
function drop(file: string): void {
  spawnSync("dd", [`of=${file}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"]);
}

/** cachestat(2) is of Linux 6.5; overlayfs answers that nothing is there. */
function canAsk(folder: string): boolean {
  const [major = 0, minor = 0] = os.release().split(".").map(Number);
  const overlayfs = 0x794c7630;
  return major * 1000 + minor >= 6005 && fs.statfsSync(folder).type !== overlayfs;
}

describeNative("threads:", () => {
  let shim = "";
  let folder = "";
  beforeEach((context) => {
    folder = temporaryFolder();
    shim = path.join(folder, "threads.so");
    const words = ["-shared", "-fPIC", "-D_GNU_SOURCE", `${faults}threads.c`, "-o", shim];
    const built = spawnSync(process.env["CC"] ?? "cc", words);
    if (built.status !== 0) context.skip("there is no C compiler to watch the threads with");
    if (!canAsk(folder)) context.skip("what is in the page cache cannot be asked here");
  });

  const environment = (gate?: string): NodeJS.ProcessEnv => ({
    ...process.env,
    LD_PRELOAD: shim,
    THREADS_LOG: path.join(folder, "log"),
    ...(gate ? { THREADS_GATE: gate } : {}),
  });

  /** Sends each file after the other from one process, and names the threads of each. */
  function sendInTurn(...files: readonly string[]): string[][] {
    const program = `
      import fs from "node:fs";
import os from "node:os";
      import net from "node:net";
      import { once } from "node:events";
      import { sendFile } from "zerocopy/net";
      const server = net.createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const reader = net.connect(server.address().port, "127.0.0.1").resume();
      const [socket] = await once(server, "connection");
      server.close();
      for (const file of process.argv.slice(1)) {
        await sendFile(socket, file);
        fs.appendFileSync(process.env.THREADS_LOG, "end of file\\n");
      }
      socket.end();
    `;
    const words = ["--input-type=module", "--eval", program, ...files];
    execFileSync(process.execPath, words, {
      cwd: import.meta.dirname,
      env: environment(),
      timeout,
    });
    const log = fs.readFileSync(path.join(folder, "log"), "utf8");
    return log.split("end of file\n").slice(0, -1).map(threadsOf);
  }

  test("a small file is sent by the call, a large one by the sender, once the disk is known", () => {
    const files = [
      taggedFile(1, 100, folder),
      taggedFile(2, 128 * 1024, folder),
      taggedFile(3, 128 * 1024 + 1, folder),
      taggedFile(4, 5 * mebibyte, folder),
    ];
    const [first, ...others] = sendInTurn(...files);
    expect(first).toEqual(["zerocopy-sender"]);
    expect(others).toEqual([["main"], ["zerocopy-sender"], ["zerocopy-sender"]]);
  });

  test("what is on disk is fetched by the pool and sent by the sender", () => {
    const file = taggedFile(1, 3 * mebibyte, folder);
    drop(file);
    expect(sendInTurn(file)).toEqual([["zerocopy-sender"]]);
  });

  test("what never comes into the page cache is sent by the pool", () => {
    const absent = sparseFile(3 * mebibyte);
    expect(sendInTurn(absent, absent)).toEqual([["zerocopy-disk"], ["zerocopy-disk"]]);
  });

  function hang(what: string, gate: string): readonly string[] {
    const files = [sparseFile(2 ** 40), taggedFile(1, 1000), taggedFile(2, 5 * mebibyte)];
    return [`${faults}hanging.mjs`, ...files, gate, what];
  }

  test("a disk that hangs holds up neither what is in memory, nor an abort, nor a destroy", () => {
    const gate = path.join(folder, "gate");
    // Files of a disk that is known: /dev/shm becomes so by the first that hangs.
    const parent = fs.existsSync("/dev/shm") ? "/dev/shm" : folder;
    const memory = fs.mkdtempSync(path.join(parent, "zerocopy-test-"));
    try {
      const [program = "", absent = ""] = hang("rest", gate);
      const small = taggedFile(1, 1000, memory);
      const large = taggedFile(2, 5 * mebibyte, memory);
      const words = [program, absent, small, large, gate, "rest"];
      const output = execFileSync(process.execPath, words, { env: environment(gate), timeout });
      const result = { bytes: 3_000_000, path: "sendfile", copies: 0, received: 3_000_000 };
      expect(JSON.parse(String(output))).toEqual({
        quick: [
          { bytes: 1000, path: "sendfile", copies: 0, received: 1000 },
          { bytes: 5 * mebibyte, path: "sendfile", copies: 0, received: 5 * mebibyte },
        ],
        ended: [{ code: "ABORT_ERR", received: 0 }, { code: "ERR_SOCKET_CLOSED" }],
        hung: "still",
        results: Array.from({ length: 6 }, () => result),
      });
      expect(threadsOf(fs.readFileSync(path.join(folder, "log"), "utf8"))).toContain("main");
    } finally {
      fs.rmSync(memory, { recursive: true });
    }
  });

  test("process.exit waits as long as the disk hangs, no longer, and ends with 0", async () => {
    const gate = path.join(folder, "gate");
    const child = spawn(process.execPath, hang("exit", gate), {
      env: environment(gate),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "close");
    child.stdout.once("data", () => fs.writeFileSync(gate, ""));
    expect(await inTime(ended, "the process to end")).toEqual([0, null]);
  });

  test("a worker that is terminated while the disk hangs ends when it goes on", () => {
    const gate = path.join(folder, "gate");
    const words = hang("terminate", gate);
    const output = execFileSync(process.execPath, words, { env: environment(gate), timeout });
    expect(String(output)).toBe("1\n");
  });

  test("64 cold files at once arrive as they are, and leave nothing open", async () => {
    const files = Array.from({ length: 64 }, (_, tag) => taggedFile(tag, 400_000 + tag, folder));
    for (const file of files) drop(file);
    await Promise.all(
      files.map(async (file, tag) => {
        const { sender, reader } = await connect(tag % 2 ? "TCP" : "Unix");
        const sent = native.sendFile(sender, file);
        sender.end();
        const arrived = await received(reader);
        expect(arrived.sha256, `reader ${tag}`).toBe(sha256(content(tag, 400_000 + tag)));
        expect(await sent).toMatchObject({ bytes: 400_000 + tag, path: "sendfile" });
      }),
    );
  });
});
