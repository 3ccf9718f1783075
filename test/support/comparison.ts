/** Comparisons with known figures, for what is made of them. */
import type { Sample } from "../../src/compare/measure/sample.ts";
import { figuresOf } from "../../src/compare/measure/statistics.ts";
import type { Comparison, MeasuredMechanism, Run } from "../../src/compare/report/comparison.ts";
import { summarySentence } from "../../src/compare/report/summary.ts";

export function sampleOf(fields: Partial<Sample> = {}): Sample {
  return {
    bytes: 100e6,
    transfers: 1,
    path: "read-write",
    wallSeconds: 0.2,
    cpuUserSeconds: 0.05,
    cpuSystemSeconds: 0.1,
    readBytes: 100e6,
    writtenBytes: 100e6,
    copiedBytes: 0,
    copiesPerByte: 2,
    readCalls: 1500,
    writeCalls: 1501,
    kernelCalls: 0,
    peakRssBytes: 36e6,
    voluntarySwitches: 4000,
    involuntarySwitches: 10,
    minorFaults: 9000,
    majorFaults: 0,
    residentFraction: 1,
    senderPid: 1,
    ...fields,
  };
}

export function mechanismOf(
  fields: Partial<MeasuredMechanism>,
  ...samples: Partial<Sample>[]
): MeasuredMechanism {
  const all = samples.map(sampleOf);
  return {
    id: "stream",
    label: "createReadStream().pipe()",
    description: "createReadStream(path).pipe(socket)",
    baseline: false,
    contender: false,
    path: "read-write",
    figures: figuresOf(all),
    samples: all,
    ...fields,
  };
}

export const stream: MeasuredMechanism = mechanismOf({ baseline: true }, {}, {}, {});

/** What differs in a sample of the kernel's way. */
export const kernelWay: Partial<Sample> = {
  wallSeconds: 0.05,
  cpuUserSeconds: 0,
  cpuSystemSeconds: 0.03,
  readBytes: 0,
  writtenBytes: 0,
  copiesPerByte: 0,
  readCalls: 0,
  writeCalls: 0,
  kernelCalls: 100,
};

export const sendfile: MeasuredMechanism = mechanismOf(
  { id: "sendfile", label: "sendfile", contender: true, path: "sendfile" },
  kernelWay,
);

export function runOf(
  mechanisms: readonly MeasuredMechanism[],
  input: Partial<Run["input"]> = {},
): Run {
  const whole = {
    path: "/srv/file",
    temporary: false,
    fileBytes: 100e6,
    offset: 0,
    bytes: 100e6,
    sha256: "0".repeat(64),
  };
  return { input: { ...whole, ...input }, transfers: 1, mechanisms };
}

export function comparisonOf(
  runs: Run | readonly Run[],
  fields: Partial<Comparison> = {},
): Comparison {
  const comparison = {
    schema: "zerocopy.compare/1" as const,
    chapter: "file",
    command: "zerocopy compare file",
    environment: {
      node: "v20.20.2",
      system: "Linux 6.1 x64",
      cpu: "CPU",
      cores: 2,
      memoryBytes: 1e9,
      fileSystem: "ext4",
      addon: "loaded" as const,
    },
    situation: { cold: false, concurrency: 1, slowReader: false },
    rounds: 3,
    runs: "input" in runs ? [runs] : runs,
    notRun: [],
    ...fields,
  };
  return { ...comparison, summary: summarySentence(comparison) };
}
