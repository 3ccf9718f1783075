/** The same programs by Python's os module and by zerocopy/os: same results, same errors. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { ByteArray } from "zerocopy";
import { bytearray } from "zerocopy";
import { content, temporaryFolder } from "../support/content.ts";
import { openFd, position } from "../support/fds.ts";
import { describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

/** `["preadv", "in", [3, 4], 0]`: descriptors by name, memory by sizes or as text. */
type Step = readonly [name: string, ...args: readonly (string | number | null | Memory)[]];
type Memory = readonly (number | string)[];

const calls: readonly Step[] = [
  ["sendfile", "out", "in", 0, 100],
  ["sendfile", "out", "in", null, 50],
  ["sendfile", "out", "in", 990, 100],
  ["sendfile", "out", "in", 5000, 100],
  ["sendfile", "out", "in", -1, 1],
  ["sendfile", "out", "in", 0, -1],
  ["sendfile", "pipe", "in", 3, 9],
  ["sendfile", "out", "pipe", null, 1],
  ["sendfile", "out", "bad", 0, 1],
  ["splice", "in", "pipe", 100],
  ["splice", "in", "pipe", 100, 7],
  ["splice", "pipe", "out", 60, null, 5],
  ["splice", "pipe", "out", 60],
  ["splice", "in", "out", 1],
  ["splice", "in", "pipe", -1],
  ["splice", "in", "pipe", 1, -1],
  ["splice", "in", "pipe", 1, null, 0],
  ["splice", "in", "pipe", 1, 0, null, 4096],
  ["copyFileRange", "in", "out", 100],
  ["copyFileRange", "in", "out", 100, 5, 7],
  ["copyFileRange", "in", "out", 5000, 900],
  ["copyFileRange", "in", "out", 1, 5000, 0],
  ["copyFileRange", "in", "out", -1],
  ["copyFileRange", "in", "out", 1, -1],
  ["copyFileRange", "in", "pipe", 1],
  ["copyFileRange", "bad", "out", 1],
  ["readv", "in", [3, 0, 4]],
  ["readv", "in", []],
  ["readv", "out", [3]],
  ["readv", "bad", [3]],
  ["preadv", "in", [3, 4], 990],
  ["preadv", "in", [300, 400], 990],
  ["preadv", "in", [3], 1000],
  ["preadv", "in", [3], -1],
  ["preadv", "in", [3], -2],
  ["preadv", "in", [3], 0, 1 << 20],
  ["preadv", "pipe", [3], 0],
  ["writev", "out", ["one", "", "two"]],
  ["writev", "in", ["x"]],
  ["writev", "out", []],
  ["pwritev", "out", ["one", "two"], 4],
  ["pwritev", "out", ["x"], -1],
  ["pwritev", "out", ["x"], -2],
  ["pwritev", "out", ["end"], 0, 16],
  ["pwritev", "out", ["x"], 0, 1 << 20],
  ["fadvise", "in", 0, 0, 3],
  ["fadvise", "in", 0, -1, 0],
  ["fadvise", "in", 0, 0, 77],
  ["fadvise", "pipe", 0, 0, 0],
  ["fadvise", "bad", 0, 0, 0],
];

/** Python's side: the same step, on a copy of the same files. */
const python = `
import json, os, sys
folder, steps = sys.argv[1], json.loads(sys.argv[2])
names = {"copyFileRange": "copy_file_range", "fadvise": "posix_fadvise"}
fds = {"in": os.open(folder + "/in", os.O_RDONLY), "out": os.open(folder + "/out", os.O_WRONLY),
       "pipe": os.open(folder + "/fifo", os.O_RDWR | os.O_NONBLOCK), "bad": 999999}
def value(name, x):
    if isinstance(x, str): return fds[x]
    if isinstance(x, list): return [bytearray(n) if isinstance(n, int) else n.encode() for n in x]
    return x
for name, *args in steps:
    args = [value(name, x) for x in args]
    try:
        result = getattr(os, names.get(name, name))(*args)
        read = [m.hex() for m in args[1]] if name in ("readv", "preadv") else None
        end = [0 if result is None else result, read]
    except OSError as error: end = ["OSError", error.errno]
    except ValueError as error: end = ["ValueError"]
    positions = [os.lseek(fds[n], 0, os.SEEK_CUR) for n in ("in", "out")]
    print(json.dumps([end, positions, open(folder + "/out", "rb").read().hex()]))
`;

function prepare(): string {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "in"), content(1, 1000));
  fs.writeFileSync(path.join(folder, "out"), content(2, 50));
  spawnSync("mkfifo", [path.join(folder, "fifo")]);
  return folder;
}

/** What a step came to: result and memory, or error; then positions, and the contents of "out". */
type End = readonly [unknown, readonly number[], string];

function runHere(folder: string): End[] {
  const { O_RDWR, O_NONBLOCK } = fs.constants;
  const fds: Readonly<Record<string, number>> = {
    in: openFd(`${folder}/in`),
    out: openFd(`${folder}/out`, fs.constants.O_WRONLY),
    pipe: openFd(`${folder}/fifo`, O_RDWR | O_NONBLOCK),
    bad: 999_999,
  };
  return calls.map(([name, ...args]) => stepHere(folder, fds, name, args));
}

function stepHere(
  folder: string,
  fds: Readonly<Record<string, number>>,
  name: string,
  args: readonly unknown[],
): End {
  const values = args.map((value) => {
    if (typeof value === "string") return fds[value];
    if (!Array.isArray(value)) return value;
    return (value as Memory).map((n) => (typeof n === "number" ? bytearray(n) : Buffer.from(n)));
  });
  const call = (native.os as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
  let end: unknown;
  try {
    const result = call(...values) ?? 0;
    const memory = name === "readv" || name === "preadv" ? (values[1] as ByteArray[]) : null;
    end = [result, memory?.map((one) => one.hex()) ?? null];
  } catch (error) {
    const { name: kind, errno } = error as Error & { errno?: number };
    end = errno === undefined ? [kind] : [kind, -errno];
  }
  const positions = ["in", "out"].map((one) => position(fds[one]!));
  return [end, positions, fs.readFileSync(`${folder}/out`).toString("hex")];
}

describeNative("as Python", () => {
  test(`${calls.length} calls in a row come to the same`, (context) => {
    const args = ["-c", python, prepare(), JSON.stringify(calls)];
    const answer = spawnSync("python3", args, { encoding: "utf8" });
    if (answer.error) context.skip("there is no python3");
    expect(answer.stderr).toBe("");
    const wanted = answer.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as End);
    const found = runHere(prepare());
    for (const [index, step] of calls.entries()) {
      expect({ step, end: found[index] }).toEqual({ step, end: wanted[index] });
    }
  });
});
