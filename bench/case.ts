/**
 * What a benchmark is: data. A case says what is measured and which bars hold; its subjects do the
 * same work in different ways: this library, its peers, and loops written by hand.
 *
 * A trial is one subject in one process of its own, so that no subject runs in a V8 that another has
 * shaped. Every trial checks the result, and the bytes that this library copied for it
 * (copied.golden.json).
 */

/** Does the work on all items of the corpus once, and returns the result that is checked. */
export type Run = () => unknown;

/** Opens views, imports peers: everything that is not measured. */
export type Prepare = () => Run | Promise<Run>;

export type Subject =
  | Prepare
  /** Runs without `globalThis.Buffer`, as in a browser. */
  | { readonly withoutBuffer: Prepare }
  | PythonSubject;

/** A function of cpython.py; `input` reaches it in a file. */
export interface PythonSubject {
  readonly python: string;
  readonly input: Uint8Array;
  readonly arguments?: readonly Uint8Array[];
}

export interface Case {
  readonly name: string;
  /** What one item is: `"get(i)"`, `"view"`. */
  readonly item: string;
  readonly measure: Measure;
  /** Of a `scenario`; the other measures have theirs. */
  readonly unit?: string;
  readonly bars: readonly Bar[];
  /** Makes the seeded corpus, the expected result and the subjects. */
  readonly open: () => OpenCase;
}

export interface OpenCase {
  /** How many items one `Run` works on; every figure is divided by it. */
  readonly items: number;
  /**
   * What every subject must return; found in the plainest way. `undefined`: nothing to compare. A
   * function, here or returned, is called for the value, outside of what is measured.
   */
  readonly expected: unknown;
  readonly subjects: Readonly<Record<string, Subject>>;
}

/**
 * What a trial finds out, and its unit:
 *
 * - `time`: ns of an item, warm
 * - `firstCall`: ms of the first call in a new process
 * - `retained`: bytes of the heap that an item holds; `Run` returns an array of all items
 * - `allocated`: bytes of garbage and all that an item makes
 * - `value`: what `Run` returns is the figure, in bytes
 * - `scenario`: what `Run` finds out about other processes is the figure, in the `unit` of the case
 */
export type Measure = "time" | "firstCall" | "retained" | "allocated" | "value" | "scenario";

export const units: Readonly<Record<Measure, string>> = {
  time: "ns",
  firstCall: "ms",
  retained: "B",
  allocated: "B",
  value: "B",
  scenario: "",
};

/** A promise: the figure of `subject`, divided by that of the best of `against`, is at most `max`. */
export interface Bar {
  readonly subject: string;
  /** Without it, `max` bounds the figure itself. */
  readonly against?: readonly string[];
  readonly max: number;
}
