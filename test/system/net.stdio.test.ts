/** process.stdout is a socket too, when it leads to another process. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { content, taggedFile } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import type { TransferPath } from "zerocopy/net";

leaveNothingOpen();

const size = 3_000_000;
const program = `
  import { sendFile } from "zerocopy/net";
  const { path } = await sendFile(process.stdout, process.argv[1]);
  process.stdout.write("tail");
  process.stderr.write(path);`;

describeNative("sendFile to process.stdout", () => {
  const node = [process.execPath, "--input-type=module", "--eval"];

  // child_process makes a Unix socket for "pipe"; a shell makes a pipe.
  test.each<[string, TransferPath, (file: string) => string[]]>([
    ["a Unix socket", "sendfile", (file) => [...node, program, file]],
    ["a pipe", "read-write", (file) => ["sh", "-c", '"$@" | cat', "sh", ...node, program, file]],
  ])("that is %s goes by %s", (_kind, path, words) => {
    const [command = "", ...rest] = words(taggedFile(1, size));
    const { stdout, stderr, status } = spawnSync(command, rest, {
      cwd: import.meta.dirname,
      maxBuffer: 2 * size,
    });
    expect(String(stderr)).toBe(path);
    expect(status).toBe(0);
    expect(stdout.equals(Buffer.concat([content(1, size), Buffer.from("tail")]))).toBe(true);
  });
});
