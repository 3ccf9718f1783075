/** The head of the page: copies per byte of payload, the sums that it is made of, and how they were found. */
import { bytes, count, duration, significant } from "../../../compare/report/format.ts";
import { escape } from "../../../compare/report/page/html.ts";
import type { Recording } from "../../model.ts";
import type { Totals } from "../../totals.ts";
import { shown, shownPath } from "./shown.ts";
import { percent } from "./words.ts";

export function headline(recording: Recording, totals: Totals): string {
  const { copiesPerByte, bytesIn, bytesOut } = totals;
  const payload = `${bytes(bytesIn)} in, ${bytes(bytesOut)} out`;
  const tier = recording.tier === "native" ? "" : `, ${recording.tier}`;
  return `<h1>${escape(programName(recording))}</h1>
<p class="headline">${
    copiesPerByte === undefined
      ? `<strong>${bytes(totals.copies)}</strong> copied; no payload came in or went out`
      : `<strong>${significant(copiesPerByte)}</strong> copies per byte of payload (${payload})`
  }${tier}</p>
<p class="soft">${escape(runtimeWords(recording))} ${samplesWords(recording, totals)}</p>
<ul class="tiles" aria-label="What was copied">
${tiles(totals).filter(isShown).map(tile).join("\n")}
</ul>`;
}

/** Of a script that lies elsewhere, its own name; below, the facts have the whole. */
export function programName({ program }: Recording): string {
  const [file = "a program", ...words] = program.command;
  const path = shownPath(file, program.directory);
  const name = path.startsWith("/") ? path.slice(path.lastIndexOf("/") + 1) : path;
  return shown([name, ...words].join(" "), 80);
}

export function runtimeWords({ runtime, durationMs, startedAt }: Recording): string {
  const { node, platform, arch } = runtime;
  const started = shown(startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"), 40);
  return `Node ${shown(node.replace(/^v/, ""), 20)}, ${shown(platform, 20)} ${shown(arch, 20)}, ${duration(durationMs / 1000)} from ${started}.`;
}

function samplesWords(
  { tier, reason }: Recording,
  { samples, copies, unattributed, modelled }: Totals,
): string {
  const known = `${count(samples)} samples; ${percent(1 - unattributed / (copies || 1))} of the bytes have a line or function.`;
  if (tier !== "native") return `Tier ${tier}: ${escape(shown(reason))}. ${known}`;
  return `Totals are exact${modelled > 0 ? ", but for what is modelled" : ""}. ${known}`;
}

interface Tile {
  readonly name: string;
  readonly value: number;
  /** The colour of its dot. */
  readonly kind: string;
  readonly note: string;
}

export function tiles(totals: Totals): Tile[] {
  const { copied, modelled, in: inward, out, moved, collected } = totals;
  return [
    { name: "Copied in user space", value: copied, kind: "copy", note: "memcpy, memmove" },
    {
      name: "Copied by loops",
      value: modelled,
      kind: "modelled",
      note: "modelled: libc has no part",
    },
    { name: "In from the kernel", value: inward, kind: "in", note: "read, recv" },
    { name: "Out to the kernel", value: out, kind: "out", note: "write, send" },
    {
      name: "Moved in the kernel",
      value: moved,
      kind: "moved",
      note: "no copies: sendfile, splice",
    },
    {
      name: "Moved by the engine",
      value: collected,
      kind: "",
      note: "collecting, compiling: not counted",
    },
  ];
}

/** What most programs have is told even where there is none. */
const isShown = ({ kind, value }: Tile): boolean =>
  value > 0 || ["copy", "in", "out"].includes(kind);

function tile({ name, value, kind, note }: Tile): string {
  return `<li><div class="name"><i class="dot ${kind}"></i>${name}</div><div class="value">${bytes(Math.round(value))}</div>
<div class="before">${note}</div></li>`;
}

/** How it was measured, and what was not seen. */
export function facts(recording: Recording, totals: Totals): string {
  const { program, options, runtime, threads, lostSamples, foreignSlots } = recording;
  const rows: [string, string][] = [
    ["Command", `node ${program.command.join(" ")}`],
    ["Directory", program.directory],
    ["Process", String(program.pid)],
    ["Tier", recording.tier === "native" ? "native" : `${recording.tier}: ${recording.reason}`],
    ["Samples", sampleFacts(recording, totals)],
    ["Smallest copy counted", bytes(options.minimumBytes)],
    ["Threads", String(threads.length)],
    [
      "Without a line",
      `${bytes(totals.unattributed)} on no line or function of the program, ${bytes(totals.withoutLine)} on a function whose line is not certain`,
    ],
    ["Node", `${runtime.node}, V8 ${runtime.v8}, ${runtime.platform} ${runtime.arch}`],
  ];
  if (lostSamples > 0) rows.push(["Samples lost", count(lostSamples)]);
  if (foreignSlots > 0)
    rows.push(["Taken by others", `${count(foreignSlots)} ways into libc, not counted`]);
  const blind = recording.blindSpots.map((spot) => `<li>${escape(shown(spot))}</li>`).join("\n");
  return `<h2>How it was measured</h2>
<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd><bdi>${escape(shown(value, 1000))}</bdi></dd>`).join("\n")}</dl>
${blind === "" ? "" : `<h3>What is not seen</h3>\n<ul>${blind}</ul>`}`;
}

function sampleFacts({ options }: Recording, { samples }: Totals): string {
  const rate = `one per ${bytes(options.bytesPerSample)}${options.isAdaptive ? ", fewer where there were too many" : ""}`;
  return `${count(samples)}, ${rate}; ± is two standard errors: of 100 recordings, 95 are closer to the truth`;
}
