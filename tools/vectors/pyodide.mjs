// CPython 3.14 inside Node, with the generator on its path. Pyodide has 4-byte longs and pointers.
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { pyodide } from "../runtimes/runtimes.mjs";

const source = new URL(".", import.meta.url);

/**
 * A Python that can `import programs`, `replay` and the rest of this folder.
 *
 * @returns {Promise<{ runPython(code: string): unknown, FS: typeof import("node:fs"), globals: Map<string, unknown> }>}
 */
export async function loadPython() {
  const { loadPyodide } = await import(pathToFileURL(pyodide()).href);
  const python = await loadPyodide();
  python.setStdout({ batched: (line) => console.log(line) });
  python.FS.mkdirTree("/generator");
  for (const name of fs.readdirSync(source).filter((file) => file.endsWith(".py"))) {
    python.FS.writeFile(`/generator/${name}`, fs.readFileSync(new URL(name, source)));
  }
  python.runPython("import sys; sys.path.insert(0, '/generator')");
  return python;
}
