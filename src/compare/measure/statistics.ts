/** From the samples of a mechanism to the figures that are shown. */
import type { Figure } from "./figure.ts";
import type { Sample } from "./sample.ts";
import { sixDigits } from "./sixDigits.ts";

export interface Figures {
  readonly copiesPerByte: Figure;
  /** User and system together; 1 GB is 10^9 bytes. */
  readonly cpuSecondsPerGB: Figure;
  readonly cpuUserSecondsPerGB: Figure;
  readonly cpuSystemSecondsPerGB: Figure;
  readonly cpuSecondsPerTransfer: Figure;
  /** Of one transfer among `concurrency`: the time of the trial divided by its transfers. */
  readonly secondsPerTransfer: Figure;
  readonly bytesPerSecond: Figure;
  /** Of the process, whatever it does at a time. */
  readonly peakRssBytes: Figure;
  /** Of one transfer; voluntary and involuntary together. */
  readonly contextSwitches: Figure;
  /** Of one transfer; minor and major together. */
  readonly pageFaults: Figure;
  /** Of one transfer; reads, writes, sendfile and splice calls together. */
  readonly ioCalls: Figure;
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const figure = (of: (sample: Sample) => number | null): Figure => summarise(samples.map(of));
  const cpu = (sample: Sample): number => sample.cpuUserSeconds + sample.cpuSystemSeconds;
  const perGB = (seconds: number, { bytes }: Sample): number => (seconds / bytes) * 1e9;
  return {
    copiesPerByte: figure((sample) => sample.copiesPerByte),
    cpuSecondsPerGB: figure((sample) => perGB(cpu(sample), sample)),
    cpuUserSecondsPerGB: figure((sample) => perGB(sample.cpuUserSeconds, sample)),
    cpuSystemSecondsPerGB: figure((sample) => perGB(sample.cpuSystemSeconds, sample)),
    cpuSecondsPerTransfer: figure((sample) => cpu(sample) / sample.transfers),
    secondsPerTransfer: figure((sample) => sample.wallSeconds / sample.transfers),
    bytesPerSecond: figure((sample) => sample.bytes / sample.wallSeconds),
    peakRssBytes: figure((sample) => sample.peakRssBytes),
    contextSwitches: figure(
      (sample) => (sample.voluntarySwitches + sample.involuntarySwitches) / sample.transfers,
    ),
    pageFaults: figure((sample) => (sample.minorFaults + sample.majorFaults) / sample.transfers),
    ioCalls: figure(({ readCalls, writeCalls, kernelCalls, transfers }) =>
      readCalls === null || writeCalls === null
        ? null
        : (readCalls + writeCalls + kernelCalls) / transfers,
    ),
  };
}

/** The median of an even number of values is the mean of the two in the middle. */
export function summarise(values: readonly (number | null)[]): Figure {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const middle = known.slice((known.length - 1) >> 1, (known.length >> 1) + 1);
  const [min, max] = [known.at(0), known.at(-1)];
  if (min === undefined || max === undefined || known.length < values.length) return null;
  const median = middle.reduce((sum, value) => sum + value, 0) / middle.length;
  return { median: sixDigits(median), min: sixDigits(min), max: sixDigits(max) };
}
