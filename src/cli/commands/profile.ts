import { readFileSync } from "node:fs";
import { oneLine } from "../../compare/report/format.ts";
import { ValueError } from "../../core/errors.ts";
import type { Recording } from "../../profile/model.ts";
import { readRecording } from "../../profile/readRecording.ts";
import { renderExplanation } from "../../profile/report/explanation.ts";
import { UserError } from "../command.ts";
import type { Command } from "../command.ts";
import { exitAs, exitAsShown } from "../profile/exit.ts";
import { help } from "../profile/help.ts";
import { parseProfile } from "../profile/options.ts";
import type { ProfileOrder } from "../profile/options.ts";
import { checkOutputs } from "../profile/outputs.ts";
import { record } from "../profile/record.ts";
import { showDifference, showRecording, styleOf } from "../profile/show.ts";

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
  } else if (order.do === "explain") {
    process.stdout.write(renderExplanation(order.api, styleOf(process.stdout)));
  } else if (order.do === "report") {
    checkOutputs(order.showing.outputs, [order.file]);
    exitAsShown(showRecording(read(order.file), order.showing, process.stdout));
  } else if (order.do === "diff") {
    checkOutputs(order.showing.outputs, [order.before, order.after]);
    exitAsShown(showDifference(read(order.before), read(order.after), order.showing));
  } else {
    checkOutputs(order.showing.outputs);
    const { end, recording, problem } = await record(order);
    if (!recording) console.error(`zerocopy profile: nothing was recorded: ${problem}`);
    exitAs(end, recording ? showRecording(recording, order.showing, process.stderr) : undefined);
  }
}

function read(file: string): Recording {
  try {
    return readRecording(readFileSync(file, "utf8"));
  } catch (error) {
    if (!isForUser(error)) throw error;
    throw new ValueError(`${file}: ${error.message}`);
  }
}
