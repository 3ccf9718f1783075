// Copies the file argv[2] to argv[3] with the options argv[4], and prints what came of it.
import fs from "node:fs";
import { copyFile } from "zerocopy/fs";

const [from, to, options] = process.argv.slice(2);
const seen = [];
const onProgress = ({ bytes }) => void seen.push(bytes);
const outcome = await copyFile(from, to, { ...JSON.parse(options), onProgress }).then(
  (result) => ({ result }),
  ({ name, code, syscall, bytes }) => ({ error: { name, code, syscall, bytes } }),
);
const isWhole = fs.existsSync(to) ? fs.readFileSync(to).equals(fs.readFileSync(from)) : null;
console.log(JSON.stringify({ ...outcome, isWhole, last: seen.at(-1) ?? null }));
