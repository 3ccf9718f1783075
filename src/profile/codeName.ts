/**
 * The names that V8 gives to pieces of code, taken apart: `JS:*concat node:buffer:577:32`,
 * `Builtin:TypedArrayPrototypeSet`, `JS:~ file:///srv/app.js:1:1`.
 */
import { fileURLToPath } from "node:url";
import type { FunctionRecord } from "./model.ts";

/** What is in front of a name: the tier, of which one name has several; `o` when a loop entered it. */
const tier = /^o?[*~^+']+/;

/**
 * A name or nothing, a space, a script: a path, an URL, what has a scheme like `node:`, or how Node calls
 * what it got as a text.
 */
const place =
  /^(.*?) ((?:\/|[A-Za-z][\w+.-]*:).*?|\[(?:eval|worker eval|stdin)\]|evalmachine\.<anonymous>|REPL\d+)(?:-wrapper)?(?::(\d+):(\d+))?$/;

/** A name without a script: `eval`, `new Function`. */
const placeless = /^(.*?) ?:\d+:\d+$/;

/** Where a function begins is in the coordinates of what V8 has compiled. */
export function parseCodeName(text: string): FunctionRecord {
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1).replace(tier, "");
  if (!isScript(text.slice(0, colon))) return { ...nowhere, name: rest, kind: "builtin" };
  const [, name = "", script, line = 0, column = 0] = place.exec(rest) ?? [];
  if (script !== undefined) {
    const kind = script.startsWith("node:") ? "node" : "user";
    return { name, kind, file: pathOf(script), line: Number(line), column: Number(column) };
  }
  const [, unplaced] = placeless.exec(rest) ?? [];
  if (unplaced !== undefined) return { ...nowhere, name: unplaced, kind: "user" };
  return { ...nowhere, name: rest, kind: "native" }; // WebAssembly
}

const nowhere = { file: "", line: 0, column: 0 };

function isScript(group: string): boolean {
  return /^(JS|Function|LazyCompile|Script|Eval|Module)$/.test(group);
}

function pathOf(script: string): string {
  if (!script.startsWith("file:")) return script;
  try {
    return fileURLToPath(script);
  } catch {
    return script;
  }
}
