// Runs the recorded vectors in the sandbox that is the working directory, and stops at the first failure:
// exit code 1, and the failure as the only output.
//
//   node vectors.mjs FOLDER-OF-VECTORS sample|plain|others
//
// `plain` runs all of them over plain memory, strict and not, `sample` one run in seven of that; `others`
// one in seven over every other kind of memory. Together that is test/conformance/vectors.test.ts.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

const [, , folder, which] = process.argv;
const { backings } = await load("backings.js");
const { parse, run } = await load("machine.js");
const [plain, ...others] = backings;
const pooled = { name: "pooled Buffer", hold: (content) => Buffer.from(content) };
const every = which === "plain" ? 1 : 7;
const settings =
  which === "others"
    ? [...others, pooled].map((backing) => ({ backing, strict: false }))
    : [true, false].map((strict) => ({ backing: plain, strict }));

const failure = firstFailure();
if (failure !== undefined) {
  console.log(failure);
  process.exitCode = 1;
}

function load(name) {
  return import(pathToFileURL(path.resolve("conformance", name)).href);
}

function firstFailure() {
  for (const name of smallestFirst()) {
    const packed = fs.readFileSync(path.join(folder, name));
    const { vectors } = parse(zlib.gunzipSync(packed).toString());
    for (const setting of settings) {
      const [first] = run(vectors, setting, every).failures;
      if (first !== undefined) return `${name} over ${setting.backing.name}: ${first}`;
    }
  }
  return undefined;
}

function smallestFirst() {
  const size = (name) => fs.statSync(path.join(folder, name)).size;
  return fs.readdirSync(folder).toSorted((a, b) => size(a) - size(b));
}
