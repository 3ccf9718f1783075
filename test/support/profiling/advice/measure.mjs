// What advice is about, and what it says instead: pairs that come to the same, each recorded by itself.
// Writes to the file that is named, as JSON: by kind and API, what was copied before and after, and by whom before.
import { fork } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { sitesOf, startProfile, totalsOf } from "zerocopy/profile";
import { filesPairs } from "./files.mjs";
import { memoryPairs } from "./memory.mjs";
import { networkPairs } from "./network.mjs";
import { payload } from "./payload.mjs";
import { streamsPairs } from "./streams.mjs";
import { textPairs } from "./text.mjs";

async function compare(before, after) {
  await before(); // what the first call loads and compiles is no copy of the API
  await after();
  const old = await recorded(before);
  const sites = {};
  for (const { kind, api, bytes } of sitesOf(old)) {
    sites[`${kind} ${api}`] = (sites[`${kind} ${api}`] ?? 0) + bytes;
  }
  return { sites, before: totalsOf(old).copies, after: totalsOf(await recorded(after)).copies };
}

async function recorded(run) {
  const profile = startProfile({ bytesPerSample: 4096, isAdaptive: false });
  await run();
  return profile.stop();
}

const peer = fork(fileURLToPath(new URL("peer.mjs", import.meta.url)));
const [ports] = await once(peer, "message");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-advice-"));
try {
  const given = payload(ports, folder);
  const pairs = {
    ...memoryPairs(given),
    ...textPairs(given),
    ...streamsPairs(given),
    ...filesPairs(given),
    ...networkPairs(given),
  };
  const results = {};
  for (const [name, [before, after]] of Object.entries(pairs)) {
    results[name] = await compare(before, after);
  }
  fs.writeFileSync(process.argv[2], JSON.stringify(results));
} finally {
  fs.rmSync(folder, { recursive: true });
  peer.disconnect();
}
