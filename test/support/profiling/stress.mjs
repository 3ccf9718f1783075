// Runs every operation of some topics, one after the other, and then several at a time.
//
//   node stress.mjs [TOPIC…]
import { operationsOf } from "./corpus/corpus.mjs";

const topics = process.argv.slice(2);
const operations = await operationsOf(topics.length > 0 ? topics : undefined);
for (const { run } of operations) await run();
await Promise.all(operations.map(({ run }) => run()));
