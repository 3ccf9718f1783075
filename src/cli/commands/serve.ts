import type { Command } from "../command.ts";
import { help } from "../serve/help.ts";
import { parseServe } from "../serve/options.ts";
import { serve } from "../serve/serve.ts";

export const serveCommand: Command = {
  name: "serve",
  summary: "serves a directory over HTTP; the kernel sends the files",
  async run(words, signal) {
    const options = parseServe(words);
    if (options === "help") process.stdout.write(help);
    else await serve(options, signal);
  },
};
