/**
 * Measures one subject in this process. Nothing here is called during a sample but the subject's own
 * `Run`, which loops over all its items; so the cost of measuring is that of a call per thousands.
 */
import type { Measure, Run } from "./case.ts";

/** Long enough for the clock, short enough that many samples are undisturbed by other processes. */
const sampleMs = 10;
const warmUpMs = 150;
const measuredMs = 400;
/** A subject whose single run takes seconds is measured once, while it warms up. */
const longestMs = 2000;

export interface Figure {
  /** The median of the samples. */
  readonly figure: number;
  readonly best: number;
  /** What the last run returned. */
  readonly result: unknown;
}

export async function measureSubject(measure: Measure, run: Run, items: number): Promise<Figure> {
  switch (measure) {
    case "time":
      return time(run, items);
    case "firstCall": {
      const before = performance.now();
      const result = await run();
      return figureOf([performance.now() - before], result);
    }
    case "retained":
      return retained(run, items);
    case "allocated":
      return allocated(run, items);
    case "value": {
      const result = run();
      return { figure: Number(result), best: Number(result), result };
    }
    case "scenario":
      return figureOf([Number(await run())], undefined);
  }
}

function time(run: Run, items: number): Figure {
  let result: unknown;
  let runs = 0;
  const warm = performance.now();
  const warmCpu = process.cpuUsage();
  do {
    result = run();
    runs++;
  } while (performance.now() - warm < warmUpMs);
  const elapsedMs = performance.now() - warm;
  if (elapsedMs > longestMs) {
    const { user, system } = process.cpuUsage(warmCpu);
    return figureOf([Math.min(elapsedMs * 1e6, (user + system) * 1e3) / runs / items], result);
  }
  const runsPerSample = Math.max(1, Math.round((runs * sampleMs) / elapsedMs));

  const samples: Sample[] = [];
  const start = performance.now();
  while (performance.now() - start < measuredMs) {
    const before = process.hrtime.bigint();
    const cpu = process.cpuUsage();
    for (let i = 0; i < runsPerSample; i++) result = run();
    const { user, system } = process.cpuUsage(cpu);
    const ns = Number(process.hrtime.bigint() - before);
    samples.push({ ns, cpuNs: (user + system) * 1000 });
  }
  return figureOf(
    undisturbed(samples).map((ns) => ns / runsPerSample / items),
    result,
  );
}

interface Sample {
  readonly ns: number;
  /** Of all threads: more than `ns` when the collector works beside the program. */
  readonly cpuNs: number;
}

/**
 * Without those in which the process waited for a processor. Where that is nearly all, the time of each
 * that it had one.
 */
function undisturbed(samples: readonly Sample[]): number[] {
  const good = samples.filter(({ ns, cpuNs }) => cpuNs > 0.97 * ns);
  return good.length < 5
    ? samples.map(({ ns, cpuNs }) => Math.min(ns, cpuNs))
    : good.map(({ ns }) => ns);
}

/** What is left on the heap after a full collection, without the array that holds the items. */
function retained(run: Run, items: number): Figure {
  run(); // compiles, and fills the caches that are not the items' own
  const pointerBytes = 8;
  const samples = [0, 1, 2].map(() => {
    const before = heapAfterCollection();
    const held = run();
    const bytes = heapAfterCollection() - before;
    if (!Array.isArray(held)) throw new Error("Cannot weigh the items: wanted an array of them");
    return bytes / items - pointerBytes;
  });
  return figureOf(samples, undefined);
}

/** The trial has a nursery so large (trial flags) that nothing is collected during a run. */
function allocated(run: Run, items: number): Figure {
  const { result } = time(run, items); // until it is optimised
  const runs = Math.ceil(1e6 / items); // so many that looking at the heap itself weighs nothing
  const samples = [0, 1, 2, 3, 4].map(() => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < runs; i++) run();
    return (process.memoryUsage().heapUsed - before) / runs / items;
  });
  return figureOf(samples, result);
}

function heapAfterCollection(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function figureOf(samples: readonly number[], result: unknown): Figure {
  return { figure: median(samples), best: Math.min(...samples), result };
}

/** The median of an even number of values is the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
