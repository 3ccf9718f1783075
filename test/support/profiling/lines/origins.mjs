// Operations whose bytes move when none of this program is on the stack: the line that began them is theirs.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
const file = path.join(folder, "file");
const source = Buffer.alloc(4 << 20, 1);

try {
  for (let round = 0; round < 10; round += 1) {
    await fs.promises.writeFile(file, source); //= out 40 MiB
    await fs.promises.readFile(file); //= in 40 MiB
  }
} finally {
  fs.rmSync(folder, { recursive: true });
}
