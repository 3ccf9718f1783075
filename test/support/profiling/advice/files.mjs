// Files and child processes.
import child_process from "node:child_process";
import fs from "node:fs";
import { copyFile } from "zerocopy/fs";

export function filesPairs({ collect, fd, file, mapped, outFd, size, source, target, text, to }) {
  return {
    "in fs.readFileSync": [() => fs.readFileSync(file), mapped],
    "copy fs.readFileSync": [() => fs.readFileSync(file, "latin1").indexOf("none"), mapped],
    "in fs.readSync": [() => fs.readSync(fd, target, 0, size, 0), mapped],
    "in fs.createReadStream": [() => collect(fs.createReadStream(file)), mapped],
    "out fs.writeFileSync": [() => fs.writeFileSync(to, source), () => copyFile(file, to)],
    "copy fs.writeFileSync": [
      () => fs.writeFileSync(to, text, "latin1"),
      () => fs.writeFileSync(to, source),
    ],
    "in child_process.execFileSync": [
      () => child_process.execFileSync("cat", [file], { maxBuffer: 2 * size }),
      () => child_process.execFileSync("cat", [file], { stdio: [0, outFd, 2] }),
    ],
    "copy child_process.execFileSync": [
      () => child_process.execFileSync("cat", [file], { maxBuffer: 2 * size }),
      () => child_process.execFileSync("cat", [file], { stdio: [0, outFd, 2] }),
    ],
  };
}
