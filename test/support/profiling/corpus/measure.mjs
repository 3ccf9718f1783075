// Measures what operations of the corpus copy, and prints it as JSON: by name, bytes per byte of payload by
// kind, and how far they may vary.
//
//   node measure.mjs [TOPIC…]
import { startProfile } from "zerocopy/profile";
import { kindOf } from "../../../../dist/profile/model.js";
import { operationsOf } from "./corpus.mjs";

const rounds = 2;
const topics = process.argv.slice(2);
const operations = await operationsOf(topics.length > 0 ? topics : undefined);
// Exact counts are wanted, and no stacks.
const profile = startProfile({ bytesPerSample: Number.MAX_SAFE_INTEGER, isAdaptive: false });

/** Counters of each thread. Whose threads are the engine's is known at the end: then sums are made. */
const raw = () => profile.snapshot().threads.map(([, , , , , counters]) => counters.slice());

const windows = [];
for (const operation of operations) {
  await operation.run(); // what is loaded and compiled once is not the operation's
  const before = raw();
  for (let round = 0; round < rounds; round += 1) await operation.run();
  windows.push({ operation, before, after: raw() });
}
const { calls } = profile.snapshot();
const engine = profile.stop().threads.map(({ kind }) => kind === "engine");

/** Bytes by kind; what no call of libc has copied is a kind of its own here. */
function sum(threads) {
  const sums = { copy: 0, modelled: 0, in: 0, out: 0, moved: 0 };
  for (const [thread, counters] of threads.entries()) {
    for (const [index, call] of calls.entries()) {
      const kind = call === "modelled" ? call : kindOf(call);
      if (kind !== "copy" || !engine[thread]) sums[kind] += counters[2 * index + 1];
    }
  }
  return sums;
}

const found = {};
for (const { operation, before, after } of windows) {
  const [first, last] = [sum(before), sum(after)];
  const { name, slack, payloadBytes } = operation;
  const figures = Object.keys(last).map((kind) => [
    kind,
    (last[kind] - first[kind]) / rounds / payloadBytes,
  ]);
  found[name] = { slack, figures: Object.fromEntries(figures) };
}
console.log(JSON.stringify(found));
