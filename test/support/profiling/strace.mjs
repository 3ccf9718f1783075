// Reads what strace(1) has written of crossings to the kernel.
import { kindOf } from "../../../dist/profile/model.js";

/** The calls to trace: `-e trace=…`. */
export const crossings =
  "read,readv,pread64,preadv,preadv2,recvfrom,recvmsg,recvmmsg," +
  "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg";

/**
 * What crossed between `<begin NAME>` and `<end>`, which the program has written, by that name. A call that
 * was interrupted ends on a line of its own.
 *
 * @param {string} log
 * @returns {Record<string, { in: number, out: number }>}
 */
export function crossed(log) {
  const windows = {};
  let sums;
  for (const line of log.split("\n")) {
    const [, begins] = /<begin ?([^>]*)>/.exec(line) ?? [];
    if (begins !== undefined) sums = windows[begins] = { in: 0, out: 0 };
    else if (line.includes("<end>")) sums = undefined;
    else if (sums) add(sums, line);
  }
  return windows;
}

function add(sums, line) {
  const [, name, bytes] = /(?:^|\s)(?:<\.\.\. )?(\w+)(?:\(| resumed).* = (\d+)$/.exec(line) ?? [];
  if (name === undefined) return;
  if (!name.endsWith("mmsg")) sums[kindOf(name)] += Number(bytes);
  else for (const [, sent] of line.matchAll(/msg_len=(\d+)/g)) sums[kindOf(name)] += Number(sent);
}
