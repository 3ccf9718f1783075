/** What every command is made of. Commands parse, call and print; they hold no logic. */

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /**
   * @param words - what follows the command's name.
   * @param signal - aborts at Ctrl-C; the command stops what it started, then rejects.
   * @throws {UserError}
   */
  run(words: string[], signal: AbortSignal): Promise<void>;
}

/** The user can mend it: one line, exit code 2. */
export class UserError extends Error {
  override name = "UserError";
}
