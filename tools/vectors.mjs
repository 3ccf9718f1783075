// Records the conformance vectors anew: `node tools/vectors.mjs [python3]`, Python being 3.12 or 3.13 on
// 64-bit Linux. CPython 3.14 is Pyodide's. With --replay it compares the recorded ones with both instead.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadPython } from "./vectors/pyodide.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { replay: { type: "boolean", default: false } },
});
const script = values.replay ? "replay" : "generate";
const folder = new URL("../test/conformance/vectors/", import.meta.url);
const generator = fileURLToPath(new URL(`vectors/${script}.py`, import.meta.url));

const native = spawnSync(positionals[0] ?? "python3", ["-B", generator, fileURLToPath(folder)], {
  stdio: "inherit",
});
if (native.error) throw native.error;

const python = await loadPython();
python.FS.mkdirTree("/vectors");
if (values.replay) {
  for (const name of fs.readdirSync(folder)) {
    python.FS.writeFile(`/vectors/${name}`, fs.readFileSync(new URL(name, folder)));
  }
}
const different = python.runPython(
  `import pathlib, ${script}; ${script}.main(pathlib.Path("/vectors"))`,
);
process.exitCode = native.status === 0 && !different ? 0 : 1;
if (!values.replay) {
  for (const name of python.FS.readdir("/vectors").filter((entry) => entry.endsWith(".gz"))) {
    fs.writeFileSync(new URL(name, folder), python.FS.readFile(`/vectors/${name}`));
  }
}
