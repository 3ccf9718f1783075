/** copyFile on file systems that are not here: each way made to fail, or to work, by a preloaded library. */
import { execFileSync, spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { taggedFile, temporaryFolder } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 9_000_000; // more than one window
const half = 4_500_001;
const shimSource = fileURLToPath(new URL("../support/faults/copy.c", import.meta.url));
const copier = fileURLToPath(new URL("../support/faults/copy.mjs", import.meta.url));
const { EXDEV, EINVAL, EOPNOTSUPP, ENOSYS, EPERM, ENOTTY, ENOSPC, EIO, EDQUOT } =
  os.constants.errno;

type Faults = Readonly<
  Partial<Record<"CLONE" | "RANGE" | "SEND" | "WRITE" | "AFTER" | "MOST", number>>
>;

interface Outcome {
  readonly result?: { path: string; paths?: unknown };
  readonly error?: unknown;
  /** null: there is no target. */
  readonly isWhole: boolean | null;
  readonly last: number | null;
}

describeNative("copyFile", () => {
  let shim = "";
  let folder = "";
  beforeEach((context) => {
    folder = temporaryFolder();
    shim = path.join(folder, "copy.so");
    const words = ["-shared", "-fPIC", "-D_GNU_SOURCE", shimSource, "-o", shim];
    const built = spawnSync(process.env["CC"] ?? "cc", words);
    if (built.status !== 0) context.skip("there is no C compiler to make the faults with");
  });

  function copy(faults: Faults, options: object = {}): Outcome {
    const settings = Object.entries(faults).map(([name, value]) => [`FAULT_${name}`, `${value}`]);
    const args = [taggedFile(1, size, folder), path.join(folder, "copy"), JSON.stringify(options)];
    const output = execFileSync(process.execPath, [copier, ...args], {
      env: { ...process.env, ...Object.fromEntries(settings), LD_PRELOAD: shim },
    });
    return JSON.parse(String(output)) as Outcome;
  }

  const whole = { isWhole: true, last: size };
  const none = EOPNOTSUPP;

  test("by reflink, where blocks can be shared", () => {
    const result = { bytes: size, path: "reflink", copies: 0 };
    expect(copy({ CLONE: 0 })).toEqual({ ...whole, result });
    expect(copy({ CLONE: 0 }, { require: "zero-copy" })).toEqual({ ...whole, result });
  });

  describe.each([
    ["EXDEV", EXDEV],
    ["EINVAL", EINVAL],
    ["EOPNOTSUPP", EOPNOTSUPP],
    ["ENOSYS", ENOSYS],
    ["EPERM", EPERM],
    ["ENOTTY", ENOTTY],
  ])("%s means that a way is none:", (_, errno) => {
    test("of a reflink, copy_file_range is next", () => {
      const result = { bytes: size, path: "copy_file_range", copies: 0 };
      expect(copy({ CLONE: errno })).toEqual({ ...whole, result });
    });

    test("of copy_file_range, sendfile is next", () => {
      const result = { bytes: size, path: "sendfile", copies: 0 };
      expect(copy({ CLONE: none, RANGE: errno })).toEqual({ ...whole, result });
    });

    test("of sendfile, read-write is next", () => {
      const result = { bytes: size, path: "read-write", copies: 2 };
      expect(copy({ CLONE: none, RANGE: errno, SEND: errno })).toEqual({ ...whole, result });
    });

    test("in the middle, the next way goes on from there", () => {
      expect(copy({ CLONE: none, RANGE: errno, AFTER: half })).toEqual({
        ...whole,
        result: {
          bytes: size,
          path: "copy_file_range",
          copies: 0,
          paths: { copy_file_range: half, sendfile: size - half },
        },
      });
      const both = copy({ CLONE: none, RANGE: errno, SEND: errno, AFTER: half });
      expect(both).toMatchObject({
        ...whole,
        result: { paths: { copy_file_range: half, "read-write": size - half } },
      });
    });

    test("require: zero-copy stops before read-write, and leaves nothing", () => {
      const faults = { CLONE: none, RANGE: errno, SEND: errno };
      expect(copy(faults, { require: "zero-copy" })).toEqual({
        error: { name: "ZeroCopyError", code: "ERR_ZERO_COPY_UNAVAILABLE", bytes: 0 },
        isWhole: null,
        last: null,
      });
    });
  });

  test("copy_file_range that finds no bytes is not believed", () => {
    const result = { bytes: size, path: "sendfile", copies: 0 };
    expect(copy({ CLONE: none, RANGE: 0 })).toEqual({ ...whole, result });
  });

  test("short counts and signals change nothing", () => {
    const result = { bytes: size, path: "copy_file_range", copies: 0 };
    expect(copy({ CLONE: none, MOST: 777_777 })).toEqual({ ...whole, result });
    const sent = { bytes: size, path: "sendfile", copies: 0 };
    expect(copy({ CLONE: none, RANGE: EXDEV, MOST: 777_777 })).toEqual({ ...whole, result: sent });
  });

  describe.each([
    ["ENOSPC", ENOSPC],
    ["EIO", EIO],
    ["EDQUOT", EDQUOT],
  ])("%s is an error, and nothing is left of the copy:", (code, errno) => {
    test.each([
      ["by reflink", { CLONE: errno }, "ioctl_ficlone", 0],
      ["by copy_file_range", { CLONE: none, RANGE: errno }, "copy_file_range", 0],
      ["by copy_file_range, midway", { RANGE: errno, AFTER: half }, "copy_file_range", half],
      ["by sendfile", { CLONE: none, RANGE: EXDEV, SEND: errno, AFTER: 0 }, "sendfile", 0],
    ])("%s", (_, faults, syscall, bytes) => {
      expect(copy(faults)).toMatchObject({
        error: { name: "OSError", code, syscall, bytes },
        isWhole: null,
      });
    });
  });

  test("ENOSPC of a write is an error, and nothing is left of the copy", () => {
    const faults = { CLONE: none, RANGE: EXDEV, SEND: EINVAL, WRITE: ENOSPC };
    expect(copy(faults)).toMatchObject({
      error: { code: "ENOSPC", syscall: "write" },
      isWhole: null,
    });
  });
});
