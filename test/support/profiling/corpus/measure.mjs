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

/** Exact bytes so far, by kind; what no call of libc has copied is a kind of its own here. */
function counted() {
  const sums = { copy: 0, modelled: 0, in: 0, out: 0, moved: 0 };
  for (const { counts } of profile.read().threads) {
    for (const [call, { bytes }] of Object.entries(counts)) {
      sums[call === "modelled" ? call : kindOf(call)] += bytes;
    }
  }
  return sums;
}

const found = {};
for (const { name, payloadBytes, slack, run } of operations) {
  await run(); // what is loaded and compiled once is not the operation's
  const before = counted();
  for (let round = 0; round < rounds; round += 1) await run();
  const after = counted();
  const figures = Object.keys(after).map((kind) => [
    kind,
    (after[kind] - before[kind]) / rounds / payloadBytes,
  ]);
  found[name] = { slack, figures: Object.fromEntries(figures) };
}
profile.stop();
console.log(JSON.stringify(found));
