/**
 * What the addon does, where there is none: counts and samples what wrappers charge. Of one thread only,
 * because nothing is shared with others.
 */
import type { CopyCounter, RawThread, Slots } from "../../native/profileAddon.ts";
import type { Kind } from "../model.ts";
import type { Account } from "./account.ts";
import { callSites, codeOf } from "./callSites.ts";
import { estimate, SamplePoints } from "./points.ts";

const calls = ["modelled", "modelled-in", "modelled-out"];
const kinds: readonly Kind[] = ["copy", "in", "out"];
const noSlots: Slots = [0, 0, 0];

const none = (): number[] => calls.flatMap(() => [0, 0]);

/** One row of {@link CopyCounter.stacks}. */
interface Stack {
  samples: number;
  bytes: number;
  variance: number;
  sampled: number;
  readonly call: number;
  readonly operation: number;
  readonly frames: readonly number[];
}

export class ModelledCopies implements CopyCounter {
  /** Calls and bytes in turn. */
  #counters = none();
  #stacks = new Map<string, Stack>();
  readonly #codes = new Map<string, number>();
  #points = new SamplePoints(1, false, 1);
  #least = Infinity;
  #guards = 0;

  start(minimum: number, rate: number, adapts: number, seed: number): Slots {
    this.#counters = none();
    this.#stacks = new Map();
    this.#points = new SamplePoints(rate, adapts === 1, seed);
    this.#least = minimum;
    return noSlots;
  }

  stop(): Slots {
    this.#least = Infinity;
    return noSlots;
  }

  /** Where wrappers of this kind charge. */
  account(kind: Kind, minimum: number): Account {
    const call = kinds.indexOf(kind);
    const least = kind === "copy" ? minimum : 1;
    const counted = (): number => this.#counters[2 * call + 1]!;
    return {
      least,
      counted,
      charge: (operation, bytes, before) => {
        const rest = bytes - (counted() - before);
        if (rest >= least) this.#count(call, rest, operation);
      },
    };
  }

  #count(call: number, bytes: number, operation: number): void {
    if (this.#least === Infinity || this.#guards > 0) return;
    this.#counters[2 * call]! += 1;
    this.#counters[2 * call + 1]! += bytes;
    if (!this.#points.hold(bytes)) return;
    this.#guards += 1;
    this.#sample(call, bytes, operation);
    this.#points.next();
    this.#guards -= 1;
  }

  #sample(call: number, bytes: number, operation: number): void {
    const frames = callSites().flatMap((site) => {
      const [name, position] = codeOf(site);
      return [this.#idOf(name), position];
    });
    const key = [call, operation, ...frames].join();
    let stack = this.#stacks.get(key);
    if (!stack) {
      stack = { call, operation, frames, samples: 0, bytes: 0, variance: 0, sampled: 0 };
      this.#stacks.set(key, stack);
    }
    const [estimated, variance] = estimate(bytes, this.#points.rate);
    stack.samples += 1;
    stack.bytes += estimated;
    stack.variance += variance;
    stack.sampled += bytes;
  }

  /** From 1: 0 is native code. */
  #idOf(name: string): number {
    let id = this.#codes.get(name);
    if (id === undefined) {
      id = this.#codes.size + 1;
      this.#codes.set(name, id);
    }
    return id;
  }

  guard(on: number): void {
    this.#guards += on === 1 ? 1 : -1;
  }

  calls(): string[] {
    return calls;
  }

  threads(): RawThread[] {
    return [[process.pid, 1, 0, 0, 0, Float64Array.from(this.#counters)]];
  }

  stacks(): [lost: number, rows: Float64Array[]] {
    const rows = [...this.#stacks.values()].map(
      ({ call, operation, samples, bytes, variance, sampled, frames }) =>
        Float64Array.of(call, 0, 0, samples, bytes, variance, sampled, operation, 0, 0, ...frames),
    );
    return [0, rows];
  }

  code(): (number | string)[] {
    return [...this.#codes].flatMap(([name, id]) => [id, name]);
  }

  /** There are no addresses. */
  locate(addresses: Float64Array): (number | null)[] {
    return [...addresses].flatMap(() => [null, 0, null]);
  }

  /** Nothing is followed. */
  origins(): Float64Array[] {
    return [];
  }

  kinds(): string[] {
    return [];
  }
}
