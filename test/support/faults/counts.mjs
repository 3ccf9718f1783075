// What native/test/shim/faults.c has counted: per call how often it was made, how often it was struck,
// and the bytes it moved.
import fs from "node:fs";

const names = [
  ...["sendfile", "splice", "sendmsg", "recv", "copy_file_range", "readv", "writev", "preadv2"],
  ...["pwritev2", "mmap", "cachestat", "fcntl", "dup3", "pipe2", "epoll_create1", "epoll_ctl"],
  ...["eventfd", "pthread_create", "openat2"],
];

/** Only calls that were made. */
export function readCounts(file) {
  const bytes = fs.readFileSync(file);
  const all = new BigUint64Array(bytes.buffer, bytes.byteOffset, 3 * names.length);
  const rows = names.map((name, index) => {
    const [calls, struck, moved] = [...all.subarray(3 * index, 3 * index + 3)].map(Number);
    return [name, { calls, struck, bytes: moved }];
  });
  return Object.fromEntries(rows.filter(([, { calls }]) => calls > 0));
}

/** From one reading to a later one. */
export function countsSince(before, after) {
  const rows = Object.entries(after).map(([name, now]) => {
    const was = before[name] ?? { calls: 0, struck: 0, bytes: 0 };
    const { calls, struck, bytes } = now;
    return [
      name,
      { calls: calls - was.calls, struck: struck - was.struck, bytes: bytes - was.bytes },
    ];
  });
  return Object.fromEntries(rows.filter(([, { calls }]) => calls > 0));
}
