/**
 * From characters of a script to lines of what was written: V8 tells positions as offsets in the
 * script, and a script may have been made from another file, which its source map knows.
 */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface Place {
  readonly file: string;
  /** From 1; 0 when it is not known. */
  readonly line: number;
  readonly column: number;
}

interface Script {
  readonly text: string;
  /** Offsets at which lines begin. */
  readonly lineStarts: readonly number[];
  readonly map: SourceMap | undefined;
  /** Of the files that the map names, those whose text it has, by the name in the map. */
  readonly contents: ReadonlyMap<string, string>;
  /** What the names in the map are relative to. */
  readonly base: URL;
}

/** Keeps what it has read. Files are read when they are asked for first, after the fact. */
export class Sources {
  readonly #scripts = new Map<string, Script | undefined>();
  /** Texts that maps have, by file. */
  readonly #contents = new Map<string, string>();
  readonly #lines = new Map<string, readonly string[]>();

  /** The text of a script, or undefined. */
  textOf(file: string): string | undefined {
    return this.#script(file)?.text;
  }

  /** The text of a line that was written: of the file, unless a map has it. */
  lineOf(file: string, line: number): string | undefined {
    let lines = this.#lines.get(file);
    if (!lines) {
      lines = (this.#contents.get(file) ?? this.textOf(file) ?? "").split("\n");
      this.#lines.set(file, lines);
    }
    return lines[line - 1];
  }

  /** Where `line` of a script begins, or -1. */
  offsetOf(file: string, line: number, column: number): number {
    const start = this.#script(file)?.lineStarts[line - 1];
    return start === undefined ? -1 : start + column - 1;
  }

  /** The line of an offset. */
  placeAt(file: string, offset: number): Place {
    const script = this.#script(file);
    if (!script || offset > script.text.length) return { file, line: 0, column: 0 };
    const line = lineAt(script.lineStarts, offset);
    return this.place(file, line, offset - script.lineStarts[line - 1]! + 1);
  }

  /** What a line of a script was written as. */
  place(file: string, line: number, column: number): Place {
    const script = this.#script(file);
    if (!script?.map) return { file, line, column };
    const entry = script.map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry) || !entry.originalSource) return { file, line, column };
    const original = new URL(entry.originalSource, script.base);
    const name = original.protocol === "file:" ? fileURLToPath(original) : original.href;
    const content = script.contents.get(entry.originalSource);
    if (content !== undefined) this.#contents.set(name, content);
    return {
      file: name,
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  }

  #script(file: string): Script | undefined {
    if (!this.#scripts.has(file))
      this.#scripts.set(file, path.isAbsolute(file) ? open(file) : undefined);
    return this.#scripts.get(file);
  }
}

/** Binary search for the last line that begins at or before `offset`; lines count from 1. */
function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function open(file: string): Script | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  // Node takes the byte order mark away before it compiles.
  if (text.startsWith("\u{FEFF}")) text = text.slice(1);
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
    lineStarts.push(at + 1);
  return { text, lineStarts, ...readMap(file, text) };
}

type Payload = ConstructorParameters<typeof SourceMap>[0];

function readMap(file: string, text: string): Pick<Script, "map" | "contents" | "base"> {
  const none = new Map<string, string>();
  const base = pathToFileURL(file);
  const [url] = [...text.matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.slice(1) ?? [];
  if (url === undefined) return { map: undefined, contents: none, base };
  try {
    const at = new URL(url, base);
    const json =
      at.protocol === "data:" ? decodeData(url) : readFileSync(fileURLToPath(at), "utf8");
    const payload = JSON.parse(json) as Payload;
    const root = payload.sourceRoot ? `${payload.sourceRoot.replace(/\/$/, "")}/` : ".";
    return {
      map: new SourceMap(payload),
      contents: contentsOf(payload),
      base: new URL(root, at.protocol === "data:" ? base : at),
    };
  } catch {
    // Without its map the script itself is what there is to show.
    return { map: undefined, contents: none, base };
  }
}

function contentsOf({ sources, sourcesContent }: Payload): Map<string, string> {
  const pairs = sources.map((name, index) => [name, sourcesContent?.[index]] as const);
  return new Map(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

function decodeData(url: string): string {
  const comma = url.indexOf(",");
  const body = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(";base64")
    ? Buffer.from(body, "base64").toString("utf8")
    : decodeURIComponent(body);
}
