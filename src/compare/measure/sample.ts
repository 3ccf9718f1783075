/**
 * What one trial measures, and where each figure comes from. All of it is about the sending (or
 * consuming) process alone, all its threads included; nothing is modelled. `null`: this system does not tell.
 */
import fs from "node:fs";
import { copiedBytes } from "../../core/copy.ts";
import { nativeAddon } from "../../native/binding.ts";
import type { KernelCounters } from "../../native/binding.ts";
import { sixDigits } from "./sixDigits.ts";

export interface Sample {
  /** Payload bytes of all transfers of the trial, as counted by the receiver; or of all passes. */
  bytes: number;
  /** Transfers made, `concurrency` of the run at a time. */
  transfers: number;
  /** The path the bytes took. */
  path: string;
  /** From the first call to the receiver's end of file, by a monotonic clock. */
  wallSeconds: number;
  /** getrusage(2) RUSAGE_SELF: ru_utime, ru_stime. */
  cpuUserSeconds: number;
  cpuSystemSeconds: number;
  /**
   * Bytes that crossed from the kernel into user space, and back: rchar and wchar of /proc/self/io,
   * each less what sendfile moved, which the kernel adds to both, and with what the addon moved by recv(2)
   * and sendmsg(2), which it leaves out.
   */
  readBytes: number | null;
  writtenBytes: number | null;
  /** Bytes this library copied in user space: src/core/copy.ts. */
  copiedBytes: number;
  /** (readBytes + writtenBytes + copiedBytes) ÷ bytes; where only memory moves, copiedBytes ÷ bytes. */
  copiesPerByte: number | null;
  /** syscr and syscw of /proc/self/io, less the sendfile calls, which the kernel adds to both, and with recv and sendmsg. */
  readCalls: number | null;
  writeCalls: number | null;
  /** sendfile and splice calls, counted by the addon. */
  kernelCalls: number;
  /** VmHWM of /proc/self/status, reset at the start, less VmRSS at the start. */
  peakRssBytes: number | null;
  /** getrusage(2): ru_nvcsw, ru_nivcsw. */
  voluntarySwitches: number;
  involuntarySwitches: number;
  /** getrusage(2): ru_minflt, ru_majflt. */
  minorFaults: number;
  majorFaults: number;
  /** Part of the file that was in the page cache before: cachestat(2); null without the addon. */
  residentFraction: number | null;
  /** The process that sent or consumed, so that a tracer can be compared with this. */
  senderPid: number;
}

/** What is known only outside the measured process, or before. */
export type SampleContext = Pick<Sample, "bytes" | "transfers" | "path">;

/** Starts measuring this process; the function it returns ends it. */
export function startSample(): (context: SampleContext) => Omit<Sample, "residentFraction"> {
  const rssAtStart = resetPeakRss();
  const kernelBefore = kernelCounters();
  const copiedBefore = copiedBytes();
  const usageBefore = process.resourceUsage();
  const ioBefore = readIo();
  const started = performance.now();

  return (context) => {
    const wallSeconds = (performance.now() - started) / 1000;
    const ioAfter = readIo();
    const usage = process.resourceUsage();
    const kernel = difference(kernelCounters(), kernelBefore);
    const crossed = ioBefore && ioAfter ? crossings(ioBefore, ioAfter, kernel) : unknown;
    const { readBytes, writtenBytes } = crossed;
    const copied = copiedBytes() - copiedBefore;
    const peakRss = readStatus("VmHWM");
    return {
      ...context,
      wallSeconds: sixDigits(wallSeconds),
      cpuUserSeconds: (usage.userCPUTime - usageBefore.userCPUTime) / 1e6,
      cpuSystemSeconds: (usage.systemCPUTime - usageBefore.systemCPUTime) / 1e6,
      ...crossed,
      kernelCalls: kernel.sendfileCalls + kernel.spliceCalls,
      copiedBytes: copied,
      copiesPerByte:
        readBytes === null || writtenBytes === null
          ? null
          : sixDigits((readBytes + writtenBytes + copied) / context.bytes),
      peakRssBytes: rssAtStart && peakRss ? Math.max(0, peakRss - rssAtStart) : null,
      voluntarySwitches: usage.voluntaryContextSwitches - usageBefore.voluntaryContextSwitches,
      involuntarySwitches:
        usage.involuntaryContextSwitches - usageBefore.involuntaryContextSwitches,
      minorFaults: usage.minorPageFault - usageBefore.minorPageFault,
      majorFaults: usage.majorPageFault - usageBefore.majorPageFault,
      senderPid: process.pid,
    };
  };
}

interface Io {
  rchar: number;
  wchar: number;
  syscr: number;
  syscw: number;
  /** Length of the text itself: reading it is counted by the next reading. */
  ownBytes: number;
}

type Crossings = Pick<Sample, "readBytes" | "writtenBytes" | "readCalls" | "writeCalls">;

const unknown: Crossings = {
  readBytes: null,
  writtenBytes: null,
  readCalls: null,
  writeCalls: null,
};

/**
 * proc(5). sendmsg(2) and recv(2) are not in it: the addon, which alone calls them, counts its own; libuv
 * uses read(2) and write(2) on sockets. splice(2) adds nothing to it, sendfile(2) adds its bytes and its call twice.
 */
function crossings(before: Io, after: Io, kernel: KernelCounters): Crossings {
  const { sendfileBytes, sendfileCalls, sentBytes, receivedBytes } = kernel;
  return {
    readBytes: after.rchar - before.rchar - before.ownBytes - sendfileBytes + receivedBytes,
    writtenBytes: after.wchar - before.wchar - sendfileBytes + sentBytes,
    readCalls: after.syscr - before.syscr - 1 - sendfileCalls + kernel.receiveCalls,
    writeCalls: after.syscw - before.syscw - sendfileCalls + kernel.sendCalls,
  };
}

function readIo(): Io | undefined {
  const text = readProc("/proc/self/io");
  if (text === undefined) return undefined;
  const field = (name: string): number =>
    Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]);
  return {
    rchar: field("rchar"),
    wchar: field("wchar"),
    syscr: field("syscr"),
    syscw: field("syscw"),
    ownBytes: text.length,
  };
}

/** In bytes. */
function readStatus(name: "VmRSS" | "VmHWM"): number | undefined {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(
    readProc("/proc/self/status") ?? "",
  );
  return match ? Number(match[1]) * 1024 : undefined;
}

/** Resets VmHWM to the present resident size, which it returns: proc(5), clear_refs. */
function resetPeakRss(): number | undefined {
  globalThis.gc?.();
  try {
    fs.writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    return undefined;
  }
  return readStatus("VmRSS");
}

/** One read(2), so that what it adds to the counters is known. */
function readProc(file: string): string | undefined {
  try {
    const fd = fs.openSync(file, "r");
    const buffer = Buffer.alloc(4096);
    const length = fs.readSync(fd, buffer);
    fs.closeSync(fd);
    return buffer.toString("latin1", 0, length);
  } catch {
    return undefined;
  }
}

const none: KernelCounters = {
  ...{ sendfileBytes: 0, sendfileCalls: 0, spliceBytes: 0, spliceCalls: 0 },
  ...{ sentBytes: 0, sendCalls: 0, receivedBytes: 0, receiveCalls: 0 },
};

function kernelCounters(): KernelCounters {
  return nativeAddon()?.counters() ?? none;
}

function difference(after: KernelCounters, before: KernelCounters): KernelCounters {
  const names = Object.keys(none) as (keyof KernelCounters)[];
  const entries = names.map((name): [string, number] => [name, after[name] - before[name]]);
  return { ...none, ...Object.fromEntries(entries) };
}
