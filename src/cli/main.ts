#!/usr/bin/env node
/**
 * `zerocopy`: finds the command, hands it the rest of the line, turns its end into an exit code.
 *
 *   0 done · 1 a fault of this program · 2 wrong usage or input · 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP
 */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { UserError } from "./command.ts";
import type { Command } from "./command.ts";

/** Loaded when they are asked for: a profiled program waits for no chapter of the comparison. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  compare: async () => (await import("./commands/compare.ts")).compareCommand,
  profile: async () => (await import("./commands/profile.ts")).profileCommand,
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
};

async function usage(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return `zerocopy: see the copies a Node program makes, remove them, prove the gain

Usage: zerocopy <command> [options]

Commands:
${all.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join("\n")}

  --help     this text; "zerocopy <command> --help" tells about one command
  --version  the version

Examples:
  zerocopy compare
  zerocopy compare file video.mp4 --rounds 9
  zerocopy profile app.js
  zerocopy serve dist --spa
  zerocopy doctor
`;
}

async function main(words: string[]): Promise<void> {
  const [first, ...rest] = words;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    process.stdout.write(await usage());
  } else if (first === "--version" || first === "-v") {
    const file = new URL("../../package.json", import.meta.url);
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    process.stdout.write(`${version}\n`);
  } else {
    const load = Object.hasOwn(commands, first) ? commands[first] : undefined;
    if (!load) {
      const known = Object.keys(commands).join(", ");
      throw new UserError(`zerocopy: there is no command "${first}"; there are ${known}`);
    }
    const command = await load();
    await command.run(rest, interruption.signal);
  }
}

/** Aborted by the first of these signals; the command then cleans up. A second one kills. */
const interruption = new AbortController();
let interruptedBy: NodeJS.Signals | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    interruptedBy = signal;
    interruption.abort();
  });
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

// Of what nobody listens to, nobody can be told.
process.stderr.on("error", () => {});

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (interruptedBy) {
    console.error("zerocopy: interrupted");
    process.exitCode = 128 + constants.signals[interruptedBy];
  } else if (error instanceof UserError) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
