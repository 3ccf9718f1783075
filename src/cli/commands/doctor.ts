import fs from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { addonState } from "../../native/binding.ts";
import type { ProbeResults } from "../../native/binding.ts";
import { errorCode } from "../../native/systemError.ts";
import * as calls from "../../os/index.ts";
import { UserError } from "../command.ts";
import type { Command } from "../command.ts";

const help = `zerocopy doctor: what works here, and what to do about the rest

Usage: zerocopy doctor [--json]

Prints platform, kernel, the state of the native addon, and each kernel path after trying it for real
on one byte. Without the addon sockets and copies run on the JavaScript fallback (path "read-write");
mapped files and zerocopy/os do not run.

Examples:
  zerocopy doctor
  zerocopy doctor --json
`;

interface Diagnosis {
  readonly node: string;
  readonly platform: string;
  readonly kernel: string;
  readonly libc: string;
  readonly addon:
    | { loaded: true; file: string }
    | { loaded: false; reason: string; advice: string };
  /** "works", or why not. */
  readonly paths: Readonly<Record<string, string>>;
}

export const doctorCommand: Command = {
  name: "doctor",
  summary: "what works on this machine, and what to do about the rest",
  async run(words) {
    const { json, help: wantsHelp } = parse(words);
    if (wantsHelp) return void process.stdout.write(help);
    const diagnosis = diagnose();
    process.stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : render(diagnosis));
  },
};

function parse(words: string[]) {
  try {
    const options = {
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    } as const;
    return parseArgs({ args: words, options }).values;
  } catch (error) {
    throw new UserError(`zerocopy doctor: ${(error as Error).message} (--help tells more)`);
  }
}

const pathNames: Readonly<Record<keyof ProbeResults, string>> = {
  sendfileTcp: "sendfile to TCP",
  sendfileUnix: "sendfile to a Unix socket",
  splice: "splice through a pipe",
  mmap: "mmap",
  cachestat: "cachestat (compare --cold)",
};

/** What older kernels, file systems and seccomp filters do not have. Each leaves nothing behind. */
const attempts: Readonly<Record<string, () => void>> = {
  "memfd_create, copy_file_range": () =>
    withFd(calls.memfdCreate("doctor"), (fd) => {
      fs.writeSync(fd, "x");
      calls.copyFileRange(fd, fd, 1, 0, 1);
    }),
  "openat2 (Linux 5.6)": () =>
    fs.closeSync(calls.openat2(calls.AT_FDCWD, ".", { resolve: calls.RESOLVE_BENEATH })),
  "openat2 with RESOLVE_CACHED (Linux 5.12)": () =>
    fs.closeSync(calls.openat2(calls.AT_FDCWD, ".", { resolve: calls.RESOLVE_CACHED })),
  "preadv2 with RWF_NOWAIT": () =>
    withFd(fs.openSync(process.execPath, "r"), (fd) => {
      calls.preadv(fd, [new Uint8Array(1)], 0, calls.RWF_NOWAIT);
    }),
  "madvise MADV_POPULATE_READ (Linux 5.14)": () => {
    const flags = calls.MAP_PRIVATE | calls.MAP_ANONYMOUS;
    const page = calls.mmap(-1, 1, { flags });
    try {
      calls.madvise(page, calls.MADV_POPULATE_READ);
    } finally {
      calls.munmap(page);
    }
  },
};

function withFd(fd: number, use: (fd: number) => void): void {
  try {
    use(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function outcome(attempt: () => void): string {
  try {
    attempt();
    return "works";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return "works"; // RWF_NOWAIT has not waited
    return code === "ERR_NOT_SUPPORTED" ? "needs the addon" : `fails with ${code}`;
  }
}

function diagnose(): Diagnosis {
  const state = addonState();
  const probes = state.addon?.probe();
  const paths: Record<string, string> = {};
  for (const [name, label] of Object.entries(pathNames)) {
    const result = probes?.[name as keyof ProbeResults];
    if (result === undefined) paths[label] = "needs the addon";
    else paths[label] = result === 0 ? "works" : `fails with ${errorCode(result)}`;
  }
  for (const [label, attempt] of Object.entries(attempts)) paths[label] = outcome(attempt);
  paths["byte counters of /proc/self/io"] = fs.existsSync("/proc/self/io") ? "works" : "not there";
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    kernel: `${os.type()} ${os.release()}`,
    libc: libc(),
    addon: state.addon
      ? { loaded: true, file: state.file }
      : { loaded: false, reason: state.reason, advice: state.advice },
    paths,
  };
}

function libc(): string {
  Object.assign(process.report, { excludeNetwork: true }); // looking up host names takes seconds
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  if (process.platform !== "linux") return "not asked";
  return header.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : "not glibc (musl?)";
}

function render({ node, platform, kernel, libc: library, addon, paths }: Diagnosis): string {
  const rows: [string, string][] = [
    ["Node", node],
    ["platform", platform],
    ["kernel", kernel],
    ["C library", library],
    ["native addon", addon.loaded ? `loaded from ${addon.file}` : `missing: ${addon.reason}`],
    ...Object.entries(paths),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  if (!addon.loaded) {
    lines.push("", 'Sockets and copies run on the JavaScript fallback (path "read-write");');
    lines.push("mapped files and zerocopy/os do not run.");
    if (addon.advice) lines.push(`For the kernel paths: ${addon.advice}.`);
  }
  return `${lines.join("\n")}\n`;
}
