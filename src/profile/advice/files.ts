/** Files and child processes. */
import type { Row } from "./row.ts";

const mapping = "10-mapped-files.md";
const text = "03-memoryview.md#comparing-searching-text";

const readWhole = [
  "fs.readFileSync",
  "fs.readFile",
  "fs.promises.readFile",
  "filehandle.readFile",
] as const;
const writeWhole = [
  "fs.writeFileSync",
  "fs.writeFile",
  "fs.promises.writeFile",
  "fs.appendFileSync",
  "fs.appendFile",
  "fs.promises.appendFile",
  "filehandle.writeFile",
] as const;
const runSync = [
  "child_process.execFileSync",
  "child_process.execSync",
  "child_process.spawnSync",
] as const;

export const files: readonly Row[] = [
  {
    apis: readWhole,
    kind: "in",
    copies: "the whole file out of the page cache",
    instead: "mapFile(path)",
    from: "zerocopy/fs",
    saves: 1,
    guide: mapping,
  },
  {
    apis: readWhole,
    copies: "the whole file into text, up to three times",
    instead: "mapFile(path).find(b`…`)",
    from: "zerocopy/fs",
    when: "it is searched or split: decode the parts that have to be text",
    saves: 1,
    guide: text,
  },
  {
    apis: [
      "fs.readSync",
      "fs.readvSync",
      "fs.read",
      "fs.readv",
      "filehandle.read",
      "filehandle.readv",
    ],
    kind: "in",
    copies: "a part of the file out of the page cache",
    instead: "mapFile(path).subarray(start, end)",
    from: "zerocopy/fs",
    saves: 1,
    guide: mapping,
  },
  {
    apis: [
      "fs.createReadStream",
      "file read",
      "filehandle.createReadStream",
      "filehandle.readLines",
    ],
    kind: "in",
    copies: "every chunk out of the page cache",
    instead: "mapFile(path)",
    from: "zerocopy/fs",
    when: "it is read here; into a socket take sendFile(socket, path), into a file copyFile",
    saves: 1,
    guide: mapping,
  },
  {
    apis: [
      ...writeWhole,
      "fs.writeSync",
      "fs.writevSync",
      "fs.write",
      "fs.writev",
      "fs.createWriteStream",
      "file write",
      "filehandle.write",
      "filehandle.writev",
      "filehandle.createWriteStream",
    ],
    kind: "out",
    copies: "all bytes into the page cache",
    instead: "copyFile(from, to)",
    from: "zerocopy/fs",
    when: "they are another file's; a raw socket's, saveTo(socket, path)",
    saves: 1,
    guide: "09-os-sendfile-and-relatives.md#copyfilerange-and-copyfile",
  },
  {
    apis: [...writeWhole, "fs.writeSync", "fs.write", "filehandle.write"],
    copies: "text, as bytes, into new memory",
    instead: "the same call, given bytes",
    when: "the text came from bytes",
    saves: 1,
    guide: "05-bytes.md#text",
  },
  {
    apis: runSync,
    kind: "in",
    copies: "all output out of a pipe",
    instead: "{ stdio: [0, fd, 2] }",
    when: "it goes into a file, or on to our own output",
    saves: 1,
    guide: "09-os-sendfile-and-relatives.md#opening-caching-memory",
  },
  {
    apis: runSync,
    copies: "all output into one piece",
    instead: "{ stdio: [0, fd, 2] }",
    when: "it goes into a file, or on to our own output",
    saves: 1,
    guide: "09-os-sendfile-and-relatives.md#opening-caching-memory",
  },
];
