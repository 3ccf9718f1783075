import { readFileSync } from "node:fs";

/** Time that the first thread of a process has run, in ns: proc(5), schedstat. */
export function mainThreadNs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]);
}
