/** `zerocopy profile`: programs behave as without it, and what they have copied survives how they end. */
import { fork, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { sitesOf } from "zerocopy/profile";
import type { Recording } from "zerocopy/profile";
import { cliPath, runCli } from "../support/cli.ts";
import type { CliOptions } from "../support/cli.ts";
import {
  MiB,
  copiedAt,
  copy,
  expectCopy,
  inFolder,
  profile,
  program,
} from "../support/profileCommand.ts";
import { needsProfiler } from "../support/profiling.ts";
import { until } from "../support/until.ts";

beforeEach(needsProfiler);

/** Starts a program by the command, waits until it has written, and sends the command a signal. */
function whenItRuns(...signals: readonly NodeJS.Signals[]): CliOptions {
  return {
    onStart: (child) => {
      child.stdout!.once("data", () => signals.forEach((signal) => child.kill(signal)));
    },
  };
}

describe("a program under zerocopy profile", () => {
  test("finds its process, environment, listeners and modules as without it", async () => {
    const file = program(
      `const { Worker, isMainThread } = require("node:worker_threads");
       console.log({
         argv: process.argv, argv0: process.argv0, execArgv: process.execArgv, title: process.title,
         env: process.env, directory: process.cwd(), umask: process.umask(), keys: Object.keys(process),
         events: process.eventNames(),
         listeners: ["SIGINT", "SIGTERM", "SIGHUP", "exit"].map((name) => process.listenerCount(name)),
         cache: Object.keys(require.cache), main: require.main === module,
       });
       if (isMainThread) new Worker(__filename);`,
      "cjs",
    );
    const words = ["--stack-trace-limit=20", file, "--html", "", "-q", "a b"];
    const plain = spawnSync(process.execPath, words, { encoding: "utf8" });
    const { stdout } = await profile(words);
    expect(stdout).toBe(plain.stdout);
  });

  test.for([
    ["ends", "", 0],
    ["calls process.exit", "process.exit(7)", 7],
    ["calls process.exit while it exits", 'process.on("exit", () => process.exit(8))', 8],
    ["sets its exit code", "process.exitCode = 5", 5],
    ["throws", 'throw new Error("on purpose")', 1],
    ["rejects", 'Promise.reject(new Error("on purpose"))', 1],
    ["throws while it exits", 'process.on("exit", () => { throw new Error("on purpose") })', 1],
    ["waits for what never comes", "await new Promise(() => {})", 13],
    ["removes all listeners", "process.removeAllListeners()", 0],
    [
      "closes standard error and changes its folder and umask",
      'process.stderr.destroy(); process.chdir("/"); process.umask(0o777)',
      0,
    ],
    [
      "has a worker that exits",
      'import { Worker } from "node:worker_threads"; new Worker("process.exit(9)", { eval: true })',
      0,
    ],
  ] as const)("that %s has its own exit code, and is recorded", async ([, code, wanted]) => {
    const file = program(copy + code);
    const plain = spawnSync(process.execPath, [file], { encoding: "utf8" });
    const profiled = await profile([file]);
    expect(plain.status).toBe(wanted);
    expect([profiled.code, profiled.signal]).toEqual([wanted, null]);
    expect(profiled.stdout).toBe(plain.stdout);
    // One frame more, where an error is thrown in a listener of process.
    const told = profiled.stderr.replaceAll(/^.*profile\/ending\.js.*\n/gm, "");
    expect(told.startsWith(plain.stderr)).toBe(true);
    expectCopy(profiled, file);
  });

  test("is recorded in its own exit listeners", async () => {
    const file = program(`process.on("exit", () => {\n${copy}});`);
    expect(copiedAt(await profile([file]), file, 2) / MiB).toBeCloseTo(4, 1);
  });

  test("reads standard input and writes standard output byte for byte", async () => {
    const file = program("process.stdin.pipe(process.stdout);");
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index * 7));
    const { status, stdout } = spawnSync(process.execPath, [cliPath, "profile", "-q", file], {
      input: bytes,
    });
    expect(status).toBe(0);
    expect(stdout.equals(bytes)).toBe(true);
  });

  test("may replace clocks, timers and functions of files, and meets nobody else", async () => {
    const file = program(
      `const fs = require("fs");
       const met = new Set();
       for (const name of ["openSync", "writeSync", "writeFileSync", "renameSync", "closeSync"]) {
         fs[name] = () => { met.add(name); };
       }
       performance.now = () => 0;
       const { setTimeout } = globalThis;
       globalThis.setTimeout = () => { met.add("setTimeout"); };
       process.on("newListener", (name) => met.add(name));
       process.once("SIGTERM", () => {}).removeAllListeners("SIGTERM");
       setTimeout(() => {\n${copy}process.stdout.write([...met].join()); }, 500);`,
      "cjs",
    );
    const profiled = await profile([file]);
    expect(profiled.stdout).toBe("SIGTERM");
    expect(copiedAt(profiled, file, 12) / MiB).toBeCloseTo(4, 0);
    expect(profiled.recording.durationMs).toBeGreaterThan(400);
  });

  test("may say new Buffer.from, as many do", async () => {
    const { stdout } = await profile([program('console.log(new Buffer.from("ä").length);')]);
    expect(stdout).toBe("2\n");
  });

  test("may be one that must not write: then nothing is recorded, which is said", async () => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const isNamed = major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
    const flag = isNamed ? "--permission" : "--experimental-permission";
    const file = program("console.log(1)");
    const words = [flag, "--no-warnings", "--allow-fs-read=*", file];
    const { stdout, stderr } = await runCli(["profile", "-q", ...words]);
    expect(stdout).toBe("1\n");
    expect(stderr).toContain("nothing was recorded: the program");
    expect(stderr).toContain("was not allowed to write");
  });

  test("talks to whoever has forked the command", async () => {
    const file = program(
      'process.on("message", (m) => { process.send(m + 1, () => process.disconnect()); });',
    );
    const child = fork(cliPath, ["profile", "-q", file], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const answer = new Promise((resolve) => child.once("message", resolve));
    const end = new Promise((resolve) => child.once("exit", resolve));
    child.send(41);
    expect(await answer).toBe(42);
    expect(await end).toBe(0);
  });

  test("gets flags of Node that stand before it", async () => {
    const hook = program("globalThis.hooked = true;");
    const file = program("console.log(globalThis.hooked, process.execArgv.length);");
    const { stdout } = await profile(["--import", hook, "--no-warnings", file]);
    expect(stdout).toBe("true 3\n");
  });

  test("may be a word of code", async () => {
    const { stdout, recording } = await profile(["-p", `${copy.trim()} 6 * 7`]);
    expect(stdout).toBe("42\n");
    expect(recording.tier).toBe("native");
  });

  test("is known by how Node calls what it got as a text, or by who has called that", async () => {
    const file = program(`import { Worker } from "node:worker_threads"; import vm from "node:vm";
      new Worker(${JSON.stringify(copy)}, { eval: true });
      vm.runInThisContext(${JSON.stringify(copy)});
      new Function(${JSON.stringify(copy)})();
      eval(${JSON.stringify(copy)});`);
    const profiled = await profile([file]);
    expect([4, 5].map((line) => copiedAt(profiled, file, line) > 3.6 * MiB)).toEqual([true, true]);
    const files = sitesOf(profiled.recording).filter(({ bytes }) => bytes > 3.6 * MiB);
    expect(new Set(files.map((site) => site.file))).toEqual(
      new Set([file, "[worker eval]", "evalmachine.<anonymous>"]),
    );
    const { recording } = await profile(["-e", copy]);
    expect(sitesOf(recording)[0]).toMatchObject({ file: "[eval]", api: "Buffer.from" });
  });

  test("may be a word of code with words for it", async () => {
    const { stdout } = await profile(["-p", "process.argv.slice(1)", "a", "b"]);
    expect(stdout).toBe("[ 'a', 'b' ]\n");
  });

  test("may be named as other tools want it", async () => {
    const file = program(`${copy}console.log(process.execArgv.join());`);
    const profiled = await profile(["--", "node", "--no-warnings", file]);
    expect(profiled.stdout).toBe("--no-warnings\n");
    expectCopy(profiled, file);
  });
});

describe("signals", () => {
  const server = `${copy}console.log("runs"); setInterval(() => {}, 1000);`;

  test.for(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s ends program and command, and nothing is lost",
    async (signal) => {
      const file = program(server);
      const profiled = await profile([file], whenItRuns(signal));
      expect([profiled.code, profiled.signal]).toEqual([null, signal]);
      expectCopy(profiled, file);
    },
  );

  test("a program that handles them decides itself how it ends", async () => {
    const file = program(`${server}
      process.on("SIGTERM", () => { console.log(process.listenerCount("SIGTERM")); process.exit(4); });`);
    const profiled = await profile([file], whenItRuns("SIGTERM"));
    expect(profiled.stdout).toBe("runs\n1\n");
    expect(profiled.code).toBe(4);
    expectCopy(profiled, file);
  });

  test("one ends a program that has removed all listeners, Node's among them", async () => {
    const file = program(
      `${copy}process.removeAllListeners(); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);`,
    );
    const profiled = await profile([file]);
    expect(profiled.signal).toBe("SIGTERM");
    expectCopy(profiled, file);
  });

  test("a listener that was taken away leaves the default, and the recording", async () => {
    const file = program(`${copy}
      process.once("SIGINT", () => {}); process.removeAllListeners("SIGINT");
      console.log("runs"); setInterval(() => {}, 1000);`);
    const profiled = await profile([file], whenItRuns("SIGINT"));
    expect([profiled.code, profiled.signal]).toEqual([null, "SIGINT"]);
    expectCopy(profiled, file);
  });

  test("a program that never looks up is killed by the second Ctrl-C", async () => {
    const file = program(`${copy}
      console.log("runs"); setTimeout(() => { console.log("busy"); for (;;); }, 300);`);
    const profiled = await profile([file], {
      onStart: (child) => {
        child.stdout!.on("data", (text: string) => {
          if (!text.includes("busy")) return;
          child.kill("SIGINT");
          setTimeout(() => child.kill("SIGINT"), 100);
        });
      },
    });
    expect(profiled.code, "128 + SIGKILL").toBe(137);
    expectCopy(profiled, file);
  });

  test.for([
    ["SIGKILL", 'process.kill(process.pid, "SIGKILL")', 137],
    ["abort", "process.abort()", 134],
  ] as const)("%s leaves what was kept before", async ([, code, wanted]) => {
    const folder = inFolder(`kept${wanted}`);
    fs.mkdirSync(folder);
    const file = program(`${copy}const copied = Date.now();
      import fs from "node:fs"; import path from "node:path";
      const isKept = (file) =>
        file.endsWith(".snapshot") && fs.statSync(path.join(process.env.TMPDIR, file)).mtimeMs > copied;
      setInterval(() => {
        if (fs.readdirSync(process.env.TMPDIR, { recursive: true }).some(isKept)) ${code};
      }, 20);`);
    const profiled = await profile([file], { env: { TMPDIR: folder } });
    expect(profiled.code).toBe(wanted);
    expectCopy(profiled, file);
  });

  test("a program that is killed at once leaves nothing, which is said", async () => {
    const { code, stderr } = await runCli([
      "profile",
      program('process.kill(process.pid, "SIGKILL")'),
    ]);
    expect(code).toBe(137);
    expect(stderr).toContain("nothing was recorded: SIGKILL has ended the program");
  });

  test("Ctrl-C at a terminal reaches the program once", async (context) => {
    if (spawnSync("script", ["--version"]).status !== 0) context.skip("there is no script(1)");
    const file = program(`let count = 0;
      process.on("SIGINT", () => { count += 1; setTimeout(() => { process.stdout.write("got " + count); process.exit(); }, 300); });
      console.log("runs"); setInterval(() => {}, 1000);`);
    // `exec`: a shell that waits for it gets Ctrl-C as well, and some say 130 whatever became of it.
    const line = `exec ${process.execPath} ${cliPath} profile -q ${file}`;
    const terminal = spawn("script", ["-qec", line, "/dev/null"]);
    let text = "";
    terminal.stdout.setEncoding("utf8").on("data", (more: string) => (text += more));
    const end = new Promise((resolve) => terminal.once("exit", resolve));
    await until(() => text.includes("runs"), "the program did not start");
    terminal.stdin.write("\u{3}");
    expect(await end).toBe(0);
    expect(text).toContain("got 1");
  });
});

describe("--duration", () => {
  test("ends a server, which counts as its end", async () => {
    const file = program(`${copy}setInterval(() => {}, 1000);`);
    const profiled = await profile(["--duration", "4s", file]);
    expect([profiled.code, profiled.signal]).toEqual([0, null]);
    expectCopy(profiled, file);
  });

  test("is nothing to a program that ends before", async () => {
    const { code } = await profile(["--duration", "1h", program(`${copy}process.exit(6)`)]);
    expect(code).toBe(6);
  });
});

describe("--children", () => {
  const parent = `import { execFileSync } from "node:child_process";
    execFileSync(process.execPath, ["-e", 'Buffer.from(Buffer.alloc(${8 * MiB}))']);`;

  function copied({ threads }: Recording): number {
    return threads.reduce(
      (sum, { counts }) => sum + (counts["memcpy"]?.bytes ?? 0) + (counts["memmove"]?.bytes ?? 0),
      0,
    );
  }

  test("are not recorded unless they are asked for", async () => {
    const { recording } = await profile([program(parent)]);
    expect(copied(recording)).toBeLessThan(8 * MiB);
  });

  test("are recorded together with the program", async () => {
    const { recording } = await profile(["--children", program(parent)]);
    expect(copied(recording)).toBeGreaterThan(8 * MiB);
    expect(recording.threads.filter(({ kind }) => kind === "javascript")).toHaveLength(2);
  });

  test("of any command", async () => {
    const file = program(copy);
    const script = inFolder("command");
    fs.writeFileSync(script, `#!/bin/sh\n"${process.execPath}" "${file}"\nexit 5\n`, {
      mode: 0o755,
    });
    const profiled = await profile(["--children", "--", script]);
    expect(profiled.code).toBe(5);
    expectCopy(profiled, file);
  });
});
