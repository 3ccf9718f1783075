// Two files, read and written by the thread pool, in every way at the same time: 4 MiB each.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { finished } from "node:stream/promises";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
const [one, two] = ["one", "two"].map((name) => path.join(folder, name));
fs.writeFileSync(one, Buffer.alloc(4 << 20, 1));
fs.writeFileSync(two, Buffer.alloc(4 << 20, 2));

const callback = (file) =>
  new Promise((resolve) => {
    fs.readFile(file, (error, bytes) => resolve(error ?? bytes)); // fs.readFile
  });
const first = async () => await fs.promises.readFile(one); // fs.promises.readFile one
const second = async () => await fs.promises.readFile(two); // fs.promises.readFile two
const again = () => fs.promises.readFile(one).then((bytes) => bytes); // then
const stream = () => {
  const target = fs.createWriteStream(path.join(folder, "three")); // createWriteStream
  return finished(fs.createReadStream(two).pipe(target)); // createReadStream
};
const iterate = async () => {
  await fs.promises.stat(one);
  for await (const chunk of fs.createReadStream(one)) chunk.fill(0); // for await
};
const write = () => fs.promises.writeFile(path.join(folder, "four"), Buffer.alloc(4 << 20)); // writeFile
const handle = async () => {
  const opened = await fs.promises.open(two);
  await opened.read(Buffer.alloc(4 << 20), 0, 4 << 20, 0); // handle.read
  await opened.close();
};

for (let round = 0; round < 4; round += 1) {
  await Promise.all([
    callback(one),
    first(),
    second(),
    again(),
    stream(),
    iterate(),
    write(),
    handle(),
  ]);
  gc();
}
fs.rmSync(folder, { recursive: true });
