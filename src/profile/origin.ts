/**
 * Where operations were started whose bytes are copied later, by the event loop, by a thread of the pool, or
 * by Node's own JavaScript: then nothing of the program is on the stack, but Node has an async id for
 * what is under way. The hook of `async_hooks` gives each id its origin when it begins:
 *
 *     the program is on the stack       that stack
 *     it is not                         what the operation has that runs just now, or that triggered it
 *
 * Promises only inherit (`promises.ts`), and so do ticks that can: there are too many. Where Node's own functions
 * begin with one and go on without the program, `starters.ts` makes an operation of their call. Of each JavaScript
 * thread; ids are its own.
 */
import { AsyncResource, createHook, executionAsyncId, triggerAsyncId } from "node:async_hooks";
import type { ProfileAddon } from "../native/profileAddon.ts";
import { parseCodeName } from "./codeName.ts";
import { PromiseOrigins } from "./promises.ts";
import { isOfLibrary } from "./resolve.ts";
import { originHead } from "./rows.ts";
import { Starters, followRequests, followStreams } from "./starters.ts";

/** Ids that are known after their operation was begun, of those that the addon is not told of. A power of two. */
const recentCount = 1 << 19;

/**
 * What is not like most types, of which each beginning has its stack looked at:
 *
 * - `passes`: begun by the thousand, and hands on what there is.
 * - `inherits`: looked at only where there is nothing to inherit. A request has twenty ticks.
 * - `lasts`: may begin others when its own beginning is long ago. To notice the end of one takes a weak reference,
 *   which keeps young garbage from being collected soon: not for what requests are made of.
 */
type Way = "passes" | "inherits" | "lasts";

const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  ["PROMISE", "passes"],
  ["Timeout", "passes"],
  ["Immediate", "passes"],
  ["Microtask", "passes"],
  ["TickObject", "inherits"],
  ["HTTPINCOMINGMESSAGE", "inherits"],
  ["HTTPCLIENTREQUEST", "inherits"],
  ["DIRHANDLE", "lasts"],
  ["FILEHANDLE", "lasts"],
  ["FSEVENTWRAP", "lasts"],
  ["HTTP2SESSION", "lasts"],
  ["HTTP2STREAM", "lasts"],
  ["MESSAGEPORT", "lasts"],
  ["PIPESERVERWRAP", "lasts"],
  ["PIPEWRAP", "lasts"],
  ["PROCESSWRAP", "lasts"],
  ["STATWATCHER", "lasts"],
  ["TCPSERVERWRAP", "lasts"],
  ["TCPWRAP", "lasts"],
  ["TLSWRAP", "lasts"],
  ["TTYWRAP", "lasts"],
  ["UDPWRAP", "lasts"],
  ["WORKER", "lasts"],
]);

/**
 * From now on this thread's samples have origins, until what is given back is called. `isFirst`: nobody else has
 * hooks so far, so that promises can have our own.
 */
export function followOperations(addon: ProfileAddon, isFirst: boolean): () => void {
  const recent = new Uint32Array(2 * recentCount + 1);
  const promises = new PromiseOrigins(recent.subarray(2 * recentCount));
  const starts = new Starts(addon);
  const ends = new FinalizationRegistry<number>((asyncId) => addon.remember(asyncId, 0));

  function note(asyncId: number, origin: number): void {
    const at = 2 * (asyncId & (recentCount - 1));
    recent[at] = asyncId;
    recent[at + 1] = origin;
  }

  function originOf(asyncId: number): number {
    const at = 2 * (asyncId & (recentCount - 1));
    if (recent[at] === asyncId >>> 0) return recent[at + 1]!;
    const origin = addon.recall(asyncId);
    note(asyncId, origin);
    return origin;
  }

  function current(): number {
    return originOf(executionAsyncId()) || promises.carried;
  }

  function inherited(triggerId: number): number {
    return current() || originOf(triggerId);
  }

  /** Of the stream that is asking, or 0. */
  let streamOrigin = 0;

  function originFor(type: string, triggerId: number, way?: Way): number {
    if (way === "passes") return inherited(triggerId);
    if (way === "inherits") return inherited(triggerId) || starts.now(type);
    return starts.now(type) || streamOrigin || inherited(triggerId);
  }

  function remember(asyncId: number, origin: number): void {
    note(asyncId, origin);
    addon.remember(asyncId, origin);
  }

  function init(asyncId: number, type: string, triggerId: number, resource: object): void {
    if (type === "PROMISE") promises.lose();
    const way = ways.get(type);
    const origin = originFor(type, triggerId, way);
    if (origin === 0 || way !== "lasts") return note(asyncId, origin);
    remember(asyncId, origin);
    ends.register(resource, asyncId);
  }

  addon.follow(recent);
  const hook = createHook({ init }).enable();
  // It compiles the hook too, before anything counts.
  new AsyncResource("zerocopy").runInAsyncScope(() =>
    addon.find(executionAsyncId(), triggerAsyncId()),
  );
  if (isFirst) promises.follow(addon, current);
  const starters = new Starters();
  const endRequests = followRequests(() => {
    starters.wrapBodies();
    return current();
  }, remember);
  const endStreams = followStreams(
    (name) => originFor(name, 0),
    (origin) => (streamOrigin = origin),
  );
  return () => {
    endStreams();
    endRequests();
    starters.remove();
    hook.disable();
    addon.follow(null);
  };
}

/** Stacks with the program on them. */
class Starts {
  readonly #addon: ProfileAddon;
  readonly #kinds = new Map<string, number>();
  /** By origin. */
  readonly #isProgram: boolean[] = [];
  readonly #programCode = new Map<number, boolean>();

  constructor(addon: ProfileAddon) {
    this.#addon = addon;
  }

  /** The origin that this moment is for an operation of this type, or 0 when the program is not on the stack. */
  now(type: string): number {
    let kind = this.#kinds.get(type);
    if (kind === undefined) this.#kinds.set(type, (kind = this.#addon.kind(type)));
    const origin = this.#addon.started(kind);
    if (origin === 0) return 0;
    const isProgram = (this.#isProgram[origin] ??= this.#hasProgram(origin));
    return isProgram ? origin : 0;
  }

  #hasProgram(origin: number): boolean {
    this.#addon.guard(1);
    const [row = new Float64Array()] = this.#addon.origins(origin - 1, 1);
    let found = false;
    for (let at = originHead; at < row.length && !found; at += 2) {
      found = row[at] !== 0 && this.#isOfProgram(row[at]!);
    }
    this.#addon.guard(0);
    return found;
  }

  #isOfProgram(code: number): boolean {
    let isProgram = this.#programCode.get(code);
    if (isProgram === undefined) {
      const { kind, file } = parseCodeName(this.#addon.codeName(code));
      this.#programCode.set(code, (isProgram = kind === "user" && !isOfLibrary(file)));
    }
    return isProgram;
  }
}
