/**
 * The names that V8 gives to pieces of code, taken apart: `JS:*concat node:buffer:577:32`,
 * `Builtin:TypedArrayPrototypeSet`, `JS:~ file:///srv/app.js:1:1`.
 */
import { fileURLToPath } from "node:url";
import type { FunctionRecord } from "./model.ts";

/** What is in front of a name: the tier, of which one name has several; `o` when a loop entered it. */
const tier = /^o?[*~^+']+/;

/** The name may be empty; a script is a path, an URL, or has a scheme like `node:`. */
const place = /^(.*?) ?((?:\/|[A-Za-z][\w+.-]*:).*?):(\d+):(\d+)$/;

/** A name without a script: `eval`, `new Function`. */
const placeless = /^(.*?) ?:(\d+):(\d+)$/;

/** Where a function begins is in the coordinates of what V8 has compiled. */
export function parseCodeName(text: string): FunctionRecord {
  const colon = text.indexOf(":");
  const group = text.slice(0, colon);
  const rest = text.slice(colon + 1).replace(tier, "");
  if (!isScript(group)) return { ...nowhere, name: rest, kind: "builtin" };
  const [, name = "", script = "", line = "", column = ""] = place.exec(rest) ?? [];
  if (script === "") {
    const [, unplaced = rest] = placeless.exec(rest) ?? [];
    return { ...nowhere, name: unplaced, kind: "user" };
  }
  const kind = script.startsWith("node:") ? "node" : "user";
  return { name, kind, file: pathOf(script), line: Number(line), column: Number(column) };
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
