/**
 * What a profile records: exact totals, and sampled stacks that add up to them. It is plain data, is
 * written as JSON as it is, and every report is a function of it. Who changes the meaning of a field
 * raises {@link recordingVersion}.
 */
export const recordingVersion = 1;

/** `copy`: within user space. `in`, `out`: across the border to the kernel. `moved`: inside the kernel. */
export type Kind = "copy" | "in" | "out" | "moved";

/** Calls of one function of libc. Exact. */
export interface CallCount {
  readonly calls: number;
  readonly bytes: number;
}

export interface ThreadRecord {
  /** As the kernel numbers threads; -1 stands for all that found no record of their own. */
  readonly tid: number;
  /** `engine`: a helper of V8, which copies when it collects and compiles. */
  readonly kind: "javascript" | "engine" | "other";
  /** By name of the function, those that were called. */
  readonly counts: Readonly<Record<string, CallCount>>;
  /** What the engine has moved for itself: collecting, setting up workers. `counts` leave it out. */
  readonly collected: CallCount;
}

export interface FunctionRecord {
  /** Empty when it has none. */
  readonly name: string;
  /**
   * `user`: of a file. `zerocopy`: of this library. `node`: of Node's own JavaScript. `builtin`: of the engine, as JavaScript sees it.
   * `native`: C++ or C. `inlined`: taken into its caller by a compiler, and not known.
   */
  readonly kind: "user" | "zerocopy" | "node" | "builtin" | "native" | "inlined";
  /** A path, a `node:` name, or what else V8 calls the script; of native code, its binary. Or empty. */
  readonly file: string;
  /** Where it begins, in the file as it was written; 0 when that is not known. */
  readonly line: number;
  readonly column: number;
}

/** Index of a function, and the line where it was; 0 when that is not certain. */
export type FrameRecord = readonly [fn: number, line: number];

export interface StackRecord {
  /** Index of `threads`. */
  readonly thread: number;
  /** The function of libc. */
  readonly call: string;
  readonly kind: Kind;
  readonly samples: number;
  /** Estimated, and scaled so that the stacks of a thread and call add up to their exact count. */
  readonly bytes: number;
  /** The standard error of `bytes`. */
  readonly error: number;
  /** Innermost first. Empty when nothing is known. */
  readonly frames: readonly FrameRecord[];
  /** Index of `origins`, where the program is not in `frames`; -1 when nobody knows. */
  readonly origin: number;
}

/** Where the program has started an operation whose copies happen later, without it on the stack. */
export interface OriginRecord {
  /** What was started, in the words of `async_hooks`: `TCPWRAP`, `FSREQCALLBACK`, `PROMISE`. */
  readonly operation: string;
  /** Innermost first. */
  readonly frames: readonly FrameRecord[];
}

/** What was copied from the entry before to this one. */
export interface TimelineRecord {
  readonly atMs: number;
  readonly bytes: Readonly<Record<Kind, number>>;
}

/** What ran. */
export interface ProgramRecord {
  /** As it was started, without the runtime. */
  readonly command: readonly string[];
  readonly directory: string;
  readonly pid: number;
}

export interface Recording {
  readonly format: "zerocopy-profile";
  readonly version: number;
  /**
   * `native`: totals are exact, stacks are sampled. `modelled`: without hooks, what functions of Node are
   * known to copy; `reason` says why.
   */
  readonly tier: "native" | "modelled";
  readonly reason: string;
  readonly runtime: { node: string; v8: string; platform: string; arch: string };
  readonly program: ProgramRecord;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly options: RecordingOptions;
  readonly threads: readonly ThreadRecord[];
  readonly functions: readonly FunctionRecord[];
  readonly stacks: readonly StackRecord[];
  readonly origins: readonly OriginRecord[];
  /** Earliest first. Its sums are those of `threads`. */
  readonly timeline: readonly TimelineRecord[];
  /** By file of the program and line, the text of the lines that `stacks` and `origins` name; for reports elsewhere. */
  readonly sources: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /** Samples for which there was no room. */
  readonly lostSamples: number;
  /** Ways into libc that somebody else had taken before: what goes through them is not counted. */
  readonly foreignSlots: number;
  readonly blindSpots: readonly string[];
}

export interface RecordingOptions {
  /** Copies in user space below this are not counted. Crossings all are. */
  readonly minimumBytes: number;
  /** Mean bytes between two samples, at least. */
  readonly bytesPerSample: number;
  /** Takes fewer samples while there are too many. */
  readonly isAdaptive: boolean;
  readonly seed: number;
}

/** What libc's functions do to bytes, and what the JavaScript tier has charged. */
export function kindOf(call: string): Kind {
  if (call.startsWith("mem") || call === "modelled") return "copy";
  if (call.startsWith("modelled-")) return call === "modelled-in" ? "in" : "out";
  if (call === "sendfile" || call === "splice" || call === "copy_file_range") return "moved";
  return /^(p?read|recv)/.test(call) ? "in" : "out";
}

/** What stays unseen where there are no hooks. */
export const modelledBlindSpots: readonly string[] = [
  "copies of fewer bytes than the minimum",
  "what Node and the engine copy without a function that could be wrapped: constructors, spread, parsers, streams, strings that are put together, JSON, fetch, zlib",
  "lines of what is read asynchronously",
  "worker threads, and files and sockets by other means than fs and net",
];

/** What the hooks cannot see, whatever the program does. */
export const nativeBlindSpots: readonly string[] = [
  "copies of fewer bytes than the minimum",
  "element loops of the program, spread, new views of another type, and strings that Node itself transcodes: fs.readFileSync, fs.writeFile, hash.update",
  "arrays that the engine copies while its collector marks",
  "copies inside of libc: realloc that moves, stdio",
  "copies that a compiler has written out instead of calling memcpy",
  "io_uring, system calls that are made without libc, and mapped memory",
];
