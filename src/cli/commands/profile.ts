import { UserError } from "../command.ts";
import type { Command } from "../command.ts";
import { exitAs } from "../profile/exit.ts";
import { help } from "../profile/help.ts";
import { parseProfile } from "../profile/options.ts";
import { checkOutputs } from "../profile/outputs.ts";
import { record } from "../profile/record.ts";
import { show } from "../profile/show.ts";

export const profileCommand: Command = {
  name: "profile",
  summary: "which lines of a program copy how many bytes, and what to use instead",
  async run(words) {
    const order = parseProfile(words);
    if (order.do === "help") process.stdout.write(help);
    else if (order.do !== "record") {
      throw new UserError(`zerocopy profile: ${order.do} is not there yet`);
    } else {
      checkOutputs(order.showing.outputs);
      const { end, recording, problem } = await record(order);
      if (recording) show(recording, order.showing, process.stderr);
      else console.error(`zerocopy profile: nothing was recorded: ${problem}`);
      exitAs({ end, hasFailed: false, isIncomplete: !recording });
    }
  },
};
