// Takes the same sample of the same copies with many seeds, and tells how often the interval of each
// line covers what it really copied: a JSON object of counts.
import { sitesOf, startProfile } from "zerocopy/profile";

const runs = 200;
const source = Buffer.alloc(4096, 1);
const target = Buffer.alloc(4096);
const truth = { many: 1500 * 4096, few: 300 * 4096 };

function many() {
  for (let count = 0; count < 1500; count += 1) target.set(source);
}

function few() {
  for (let count = 0; count < 300; count += 1) target.set(source);
}

const covered = { many: 0, few: 0 };
let sum = 0;
for (let seed = 1; seed <= runs; seed += 1) {
  const profile = startProfile({ bytesPerSample: 64 * 1024, isAdaptive: false, seed });
  many();
  few();
  const sites = sitesOf(profile.stop());
  for (const name of ["many", "few"]) {
    const own = sites.filter((site) => site.functionName === name && site.kind === "copy");
    const bytes = own.reduce((total, site) => total + site.bytes, 0);
    const error = Math.hypot(...own.map((site) => site.error));
    if (Math.abs(bytes - truth[name]) <= 1.96 * error) covered[name] += 1;
    if (name === "few") sum += bytes;
  }
}
console.log(JSON.stringify({ runs, covered, bias: sum / runs / truth.few }));
