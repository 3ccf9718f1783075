/**
 * The public surface: a name that appears here is a promise. Whoever changes a list changes
 * CHANGELOG.md too.
 */
import fs from "node:fs";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };

const names: Readonly<Record<string, readonly string[]>> = {
  ".": [
    "AbortError",
    "BufferError",
    "BufferFlags",
    "ByteArray",
    "ByteQueue",
    "Bytes",
    "IndexError",
    "KeyError",
    "LookupError",
    "MemoryView",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "StructError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "ValueError",
    "ZeroCopyError",
    "b",
    "bytearray",
    "bytes",
    "copiedBytes",
    "kBuffer",
    "memoryview",
    "traceExports",
  ],
  "./struct": ["Struct", "calcSize", "iterUnpack", "pack", "packInto", "unpack", "unpackFrom"],
  "./interop": ["fromArrow", "fromNdarray", "fromPyodide", "fromZarrita"],
  "./stream": ["lengthPrefixed", "lines", "toTransformStream", "toWritable"],
  "./os": [
    "AT_FDCWD",
    "MADV_COLD",
    "MADV_DONTNEED",
    "MADV_HUGEPAGE",
    "MADV_NOHUGEPAGE",
    "MADV_NORMAL",
    "MADV_PAGEOUT",
    "MADV_POPULATE_READ",
    "MADV_POPULATE_WRITE",
    "MADV_RANDOM",
    "MADV_SEQUENTIAL",
    "MADV_WILLNEED",
    "MAP_ANONYMOUS",
    "MAP_HUGETLB",
    "MAP_LOCKED",
    "MAP_NORESERVE",
    "MAP_POPULATE",
    "MAP_PRIVATE",
    "MAP_SHARED",
    "MAP_SHARED_VALIDATE",
    "MAP_SYNC",
    "MFD_ALLOW_SEALING",
    "MFD_CLOEXEC",
    "MFD_HUGETLB",
    "MS_ASYNC",
    "MS_INVALIDATE",
    "MS_SYNC",
    "POSIX_FADV_DONTNEED",
    "POSIX_FADV_NOREUSE",
    "POSIX_FADV_NORMAL",
    "POSIX_FADV_RANDOM",
    "POSIX_FADV_SEQUENTIAL",
    "POSIX_FADV_WILLNEED",
    "PROT_READ",
    "PROT_WRITE",
    "RESOLVE_BENEATH",
    "RESOLVE_CACHED",
    "RESOLVE_IN_ROOT",
    "RESOLVE_NO_MAGICLINKS",
    "RESOLVE_NO_SYMLINKS",
    "RESOLVE_NO_XDEV",
    "RWF_APPEND",
    "RWF_DSYNC",
    "RWF_HIPRI",
    "RWF_NOWAIT",
    "RWF_SYNC",
    "SPLICE_F_MORE",
    "SPLICE_F_MOVE",
    "SPLICE_F_NONBLOCK",
    "cachestat",
    "copyFileRange",
    "fadvise",
    "madvise",
    "memfdCreate",
    "mmap",
    "msync",
    "munmap",
    "openat2",
    "preadv",
    "promises",
    "pwritev",
    "readv",
    "sendfile",
    "splice",
    "writev",
  ],
  "./fs": [
    "MappedFile",
    "MappedWindows",
    "copyFile",
    "mapFile",
    "mapWindows",
    "readInto",
    "writeFrom",
  ],
  "./net": [
    "Receiver",
    "connect",
    "createServer",
    "receiver",
    "relay",
    "saveTo",
    "sendFile",
    "writeViews",
  ],
  "./http": ["bodyCounts", "send", "sendFile", "serveStatic"],
  "./register": [],
  "./profile": [
    "CopyProfile",
    "attachThread",
    "differenceOf",
    "failuresOf",
    "parseCondition",
    "readRecording",
    "sitesOf",
    "startProfile",
    "toPprof",
    "totalsOf",
  ],
};

const entries = Object.entries(packageJson.exports).filter(([entry]) => entry !== "./package.json");
const folder = (url: string): URL => new URL(`../${url}`, import.meta.url);

test("every entry point has a list of names here", () => {
  expect(Object.keys(names)).toEqual(entries.map(([entry]) => entry));
});

test("os.promises has the calls of os, but those that wait for nothing and give or take memory", async () => {
  const { promises, ...calls } = (await import("zerocopy/os")) as Record<string, unknown>;
  const atOnce = new Set(["mmap", "munmap"]);
  const isCall = (name: string): boolean => typeof calls[name] === "function" && !atOnce.has(name);
  expect(Object.keys(promises as object)).toEqual(Object.keys(calls).filter(isCall));
});

test("every folder of src with an index.ts is an entry point", () => {
  const folders = fs.readdirSync(folder("src")).filter((name) => {
    return fs.existsSync(folder(`src/${name}/index.ts`));
  });
  const missing = folders.map((name) => `./${name}`).filter((entry) => !(entry in names));
  expect(missing, "add it to exports of package.json, or name the file otherwise").toEqual([]);
});

test.for(entries)("%s exports exactly its public names", async ([entry]) => {
  const module = (await import(`zerocopy${entry.slice(1)}`)) as object;
  expect(Object.keys(module).toSorted()).toEqual(names[entry]);
});

test.for(entries)("%s has its files in dist", ([, target]) => {
  const missing = Object.values(target).filter((file) => !fs.existsSync(folder(file)));
  expect(missing, "run npm run build").toEqual([]);
});
