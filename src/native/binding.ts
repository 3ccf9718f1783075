/**
 * Loads `zerocopy.node`, and `zerocopy-profile.node` for the profiler. The only file that does, and the
 * only one that knows where they lie.
 *
 * Loading is lazy and never throws: without the addon the callers take their fallback, or say why
 * they cannot. Every native function is thin: arguments have been checked by the caller, a failed
 * system call comes back as `-errno`, and the caller makes the error.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { ZeroCopyError } from "../core/errors.ts";
import type { ProfileAddon } from "./profileAddon.ts";
import type { OffThread, SystemCalls } from "./systemCalls.ts";

/** A group of transfers of the sender thread that share one callback. Opaque. */
export type TransferGroup = { readonly transferGroup: unique symbol };

/** Mapped memory. Opaque; unmapped when it and all its windows are collected. */
export type MappingHandle = { readonly mapping: unique symbol };

/**
 * What was moved by this process through this addon: inside the kernel, and by sendmsg(2) and recv(2), which
 * /proc/self/io leaves out.
 */
export interface KernelCounters {
  sendfileBytes: number;
  sendfileCalls: number;
  spliceBytes: number;
  spliceCalls: number;
  sentBytes: number;
  sendCalls: number;
  receivedBytes: number;
  receiveCalls: number;
}

/** Each kernel path, tried for real: 0 or -errno. */
export interface ProbeResults {
  sendfileTcp: number;
  sendfileUnix: number;
  splice: number;
  mmap: number;
  cachestat: number;
}

/** The exports of `zerocopy.node`. Results below zero are `-errno`. */
export interface NativeAddon extends SystemCalls, OffThread<SystemCalls> {
  /** `place`, which is open, becomes a descriptor for the file of `fd`: 0 or -errno. */
  duplicateTo(fd: number, place: number): number;
  /** As `findStorage`, and 0 for a device (`st_dev`) that nobody has asked about lately. Asks nobody. */
  knownStorage(device: number): number;
  counters(): KernelCounters;
  /** Reads streams from 127.0.0.1 to their ends and keeps nothing. Blocks the thread. */
  receiveAll(port: number, connections: number): number;
  /** Bytes of the file that are in the page cache, in whole pages. */
  residentBytes(fd: number): number;
  /** Forgets the clean pages of the file. */
  dropCache(fd: number): number;
  /** Lets go of file pages that segments already received still hold. */
  releaseSegments(): void;
  probe(): ProbeResults;
  pageSize(): number;
  /** From now on a page that a mapping has lost reads as zeros, and is remembered. */
  guardMaps(): number;
  /** An Int32 that changes whenever a mapping, any mapping, has lost a page. */
  mapFaults(): ArrayBuffer | number;
  /** `offset` is a multiple of the page size. */
  mapMemory(
    fd: number,
    offset: number,
    length: number,
    protection: number,
    flags: number,
  ): MappingHandle | number;
  /** `length` must be one that the engine allows. */
  mapWindow(mapping: MappingHandle, offset: number, length: number): ArrayBuffer | number;
  /** 1 when this mapping has lost a page. */
  mapFaulted(mapping: MappingHandle): number;
  mapSync(mapping: MappingHandle, offset: number, length: number, flags: number): number;
  mapSyncAsync(
    mapping: MappingHandle,
    offset: number,
    length: number,
    flags: number,
  ): Promise<number> | number;
  mapAdvise(mapping: MappingHandle, offset: number, length: number, advice: number): number;
  mapAdviseAsync(
    mapping: MappingHandle,
    offset: number,
    length: number,
    advice: number,
  ): Promise<number> | number;
  /** Detaches the windows. When they were lent, the addresses stay taken until nobody has them. */
  mapEnd(mapping: MappingHandle, windows: readonly ArrayBuffer[], isLent: boolean): void;
  /** One number, by the code of its format. The item must lie in the mapping. */
  mapItem(mapping: MappingHandle, offset: number, code: number): number | bigint;
  /**
   * Bytes that the socket took, without waiting, of the pieces from `first` on, at most 1024. A piece
   * is a triple of `table`: index of its memory, offset, length. `more`, 0 or 1: more will follow.
   */
  sendPieces(
    fd: number,
    memories: readonly Uint8Array[],
    table: Float64Array,
    first: number,
    count: number,
    more: number,
  ): number;
  /** Bytes received into `memory`, without waiting; 0 at the end of the stream. */
  receive(fd: number, memory: Uint8Array, offset: number, length: number): number;
  /**
   * Bytes that left at once of `head` and of the `count` bytes of a file that follow it; 0 when that
   * could have to wait. Bodies below `copiedBelow` are copied into the same call. `device`: `st_dev`.
   */
  sendReply(
    socketFd: number,
    head: string,
    fileFd: number,
    offset: number,
    count: number,
    device: number,
    copiedBelow: number,
  ): number;
  /**
   * A descriptor for reading, or -errno: -EAGAIN (-11) when the path cannot be found without waiting.
   * `directoryFd` below 0 is the working directory; `resolve`: RESOLVE_* of openat2(2).
   */
  openQuickly(directoryFd: number, path: string, resolve: number): number;
  /** The same, of a path to a local file system; -EAGAIN when it is not known to lead to one. */
  openLocalQuickly(path: string): number;
  /** For what these two have opened, and nothing else: 0 or -errno. */
  closeQuickly(fd: number): number;
  /** Whether the file of a descriptor still has this size and `mtimeMs`. Asks no server. */
  isUnchanged(fd: number, size: number, mtimeMs: number): boolean;
  /** TCP_CORK, tcp(7): 0 off, 1 on. */
  setCork(fd: number, on: number): number;
  /**
   * `events` holds `count` triples: id, bytes moved so far, status (1 moving, 0 complete, else
   * -errno). It is reused by the next call.
   */
  openTransfers(onEvents: (events: Float64Array, count: number) => void): TransferGroup;
  /**
   * An id, or 0 when everything has been sent already. A pair of bytes and `-errno` when it cannot go
   * on after bytes have been sent. `device`: `st_dev` of the file.
   */
  startTransfer(
    group: TransferGroup,
    socketFd: number,
    fileFd: number,
    offset: number,
    count: number,
    via: number,
    device: number,
  ): number | readonly [bytes: number, status: number];
  /** From one stream socket to another, until the first ends. A transfer like any other. */
  startRelay(group: TransferGroup, sourceFd: number, targetFd: number): number;
  /** From a stream socket to a file that is open for writing, until one has ended. */
  startSave(
    group: TransferGroup,
    socketFd: number,
    fileFd: number,
    offset: number,
    count: number,
  ): number;
  cancelTransfer(group: TransferGroup, id: number): void;
}

export type AddonState<Addon = NativeAddon> =
  | { readonly addon: Addon; readonly file: string }
  /** `reason`: what is missing. `advice`: how to get it; empty when it was switched off. */
  | { readonly addon: undefined; readonly reason: string; readonly advice: string };

const rebuild =
  "install a C compiler (apt-get install gcc) and run: npm rebuild zerocopy, or npm run build:native in a clone";

let state: AddonState | undefined;
let profileState: AddonState<ProfileAddon> | undefined;

/** The addon, or why it is not there. The answer never changes within a process. */
export function addonState(): AddonState {
  state ??= load<NativeAddon>("zerocopy.node");
  return state;
}

/** The same for the binary of the profiler, which `ZEROCOPY_PROFILE=0` switches off. */
export function profileAddonState(): AddonState<ProfileAddon> {
  profileState ??= isProfilerOff()
    ? missing("ZEROCOPY_PROFILE=0 is set", "")
    : load<ProfileAddon>("zerocopy-profile.node");
  return profileState;
}

/** Nothing at all is to be profiled, by whatever means. */
export function isProfilerOff(): boolean {
  return process.env["ZEROCOPY_PROFILE"] === "0";
}

export function nativeAddon(): NativeAddon | undefined {
  return addonState().addon;
}

/** @throws {ZeroCopyError} ERR_NOT_SUPPORTED, saying what is missing and how to get it. */
export function requireAddon(syscall: string): NativeAddon {
  const found = addonState();
  if (found.addon) return found.addon;
  throw new ZeroCopyError(
    "ERR_NOT_SUPPORTED",
    `Cannot call ${syscall}: wanted the native addon, found that ${found.reason}` +
      (found.advice && `; ${found.advice}`),
  );
}

function load<Addon>(name: string): AddonState<Addon> {
  if (process.env["ZEROCOPY_DISABLE_NATIVE"] === "1") {
    return missing("ZEROCOPY_DISABLE_NATIVE=1 is set", "");
  }
  if (process.platform !== "linux") {
    return missing(`the kernel paths need Linux, this is ${process.platform}`, "");
  }
  const target = `${process.platform}-${process.arch}`;
  let found: AddonState<Addon> = missing(`there is no ${name} for ${target}`, rebuild);
  for (const file of candidates(name).filter((candidate) => existsSync(candidate))) {
    try {
      return { addon: createRequire(import.meta.url)(file) as Addon, file };
    } catch (error) {
      found = failure(name, error as NodeJS.ErrnoException);
    }
  }
  return found;
}

function missing(reason: string, advice: string): AddonState<never> {
  return { addon: undefined, reason, advice };
}

function failure(name: string, error: NodeJS.ErrnoException): AddonState<never> {
  if (error.code === "ERR_DLOPEN_DISABLED") return missing("Node was told not to load addons", "");
  return missing(`${name} does not load: ${error.message.split("\n")[0]}`, rebuild);
}

/** Named by native/build.mjs. The first that loads is taken. */
function candidates(name: string): string[] {
  const target = `${process.platform}-${process.arch}`;
  return [target, `${target}-musl`].map((folder) =>
    fileURLToPath(new URL(`../../prebuilds/${folder}/${name}`, import.meta.url)),
  );
}
