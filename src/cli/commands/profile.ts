import { oneLine } from "../../compare/report/format.ts";
import { ValueError } from "../../core/errors.ts";
import { UserError } from "../command.ts";
import type { Command } from "../command.ts";
import { endBySignals, exitAs, exitAsShown } from "../profile/exit.ts";
import { help } from "../profile/help.ts";
import { parseProfile } from "../profile/options.ts";
import type { ProfileOrder, Showing } from "../profile/options.ts";
import { checkOutputs } from "../profile/outputs.ts";
import { record } from "../profile/record.ts";

export const profileCommand: Command = {
  name: "profile",
  summary: "which lines of a program copy how many bytes, and what to use instead",
  async run(words) {
    try {
      await obey(parseProfile(words));
    } catch (error) {
      if (!isForUser(error)) throw error;
      throw new UserError(`zerocopy profile: ${oneLine(error.message)}`);
    }
  },
};

/** What this program says of the input, and what the system says of files, folders and space. */
function isForUser(error: unknown): error is Error {
  return error instanceof ValueError || (error instanceof Error && "syscall" in error);
}

async function obey(order: ProfileOrder): Promise<void> {
  if (order.do === "help") {
    process.stdout.write(help);
  } else if (order.do === "record") {
    await profile(order);
  } else {
    const show = await import("../profile/show.ts");
    if (order.do === "explain") return show.showExplanation(order.api);
    const { showing } = order;
    endBySignals();
    checkOutputs(showing.outputs, order.do === "diff" ? order.files : [order.file]);
    const shown =
      order.do === "diff"
        ? show.showDifference(order.files, showing)
        : show.showFile(order.file, showing);
    exitAsShown(shown);
  }
}

/** Besides the table. */
function isWanted({ outputs, failIf }: Showing): boolean {
  const { html, json, pprof } = outputs;
  return [html, json, pprof, ...failIf].some((each) => each !== undefined);
}

async function profile(order: Extract<ProfileOrder, { do: "record" }>): Promise<void> {
  const { showing } = order;
  checkOutputs(showing.outputs);
  if (showing.failIf.length > 0) (await import("../profile/show.ts")).checkConditions(showing);
  const { end, recording, isOff, problem, note } = await record(order);
  // Who has switched it off wants the program and no more, unless there is something to be shown.
  if (isOff && !isWanted(showing)) {
    console.error(`zerocopy profile: ${problem}: nothing is recorded`);
    return exitAs(end, { hasFailed: false, isIncomplete: false });
  }
  if (!recording) console.error(`zerocopy profile: nothing was recorded: ${problem}`);
  else if (note && !showing.isQuiet) console.error(`zerocopy profile: ${note}`);
  const { showRecording } = await import("../profile/show.ts");
  exitAs(end, recording && showRecording(recording, showing, process.stderr));
}
