/** Descriptors for tests of system calls. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import { temporaryFolder } from "./content.ts";
import { later } from "./resources.ts";

/** Opens a file; closed after the test. */
export function openFd(file: string, flags: string | number = "r"): number {
  const fd = fs.openSync(file, flags);
  later(() => fs.closeSync(fd));
  return fd;
}

/** The position of a descriptor: `pos` of proc_pid_fdinfo(5). */
export function position(fd: number): number {
  return Number(/^pos:\s*(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))![1]);
}

/** Both ends of a FIFO: opening it for reading and writing at once does not wait, fifo(7). */
export function openPipe(): { reader: number; writer: number } {
  const fifo = path.join(temporaryFolder(), "fifo");
  execFileSync("mkfifo", [fifo]);
  const both = openFd(fifo, "r+");
  const reader = openFd(`/proc/self/fd/${both}`, "r");
  return { reader, writer: both };
}

/** The descriptor below a TCP or Unix socket; it does not block. */
export function fdOf(socket: Socket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd;
}
