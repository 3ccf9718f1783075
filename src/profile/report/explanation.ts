/** What is known of an API, for the terminal. */
import { ValueError } from "../../core/errors.ts";
import { explain, nearestNames } from "../advice.ts";
import type { Advice } from "../advice.ts";
import { paint, printable, wrap } from "./terminal.ts";
import type { TerminalStyle } from "./terminal.ts";

const ways = {
  copy: "within user space",
  in: "in from the kernel",
  out: "out to the kernel",
  moved: "",
};

/** @throws {ValueError} for a name of which nothing is known; it names those that are like it. */
export function renderExplanation(name: string, style: TerminalStyle): string {
  const found = explain(name);
  if (found.length === 0) {
    const nearest = nearestNames(name);
    throw new ValueError(
      `Cannot explain ${JSON.stringify(name)}: wanted an API that copies, found none of that name` +
        (nearest.length > 0 ? `; there is ${nearest.join(", ")}` : ""),
    );
  }
  return `${found.map((advice) => explanationOf(advice, style)).join("\n\n")}\n`;
}

function explanationOf(advice: Advice, style: TerminalStyle): string {
  const { api, kind, copies, replacement, from, when, saves, guide } = advice;
  const percent = `${Math.round(saves * 100)} %`;
  const entries = [
    ["copies", copies],
    ["instead", replacement === "" ? "nothing that copies less" : replacement],
    ...(from === "" ? [] : [["", `import { ${/^\w+/.exec(replacement)![0]} } from "${from}";`]]),
    ...(when === "" ? [] : [["if", when]]),
    ...(saves === 0 ? [] : [["saves", when === "" ? percent : `up to ${percent}`]]),
    ["guide", guide],
  ] as const;
  const lines = entries.flatMap(([label, words]) =>
    wrap(`  ${label.padEnd(7)}  ${words}`, style.columns, " ".repeat(11)).map((line) =>
      label === "instead" && replacement !== "" ? paint(line, "green", style) : line,
    ),
  );
  return [paint(`${printable(api)}, ${ways[kind]}`, "bold", style), ...lines].join("\n");
}
