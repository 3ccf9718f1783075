/** A result of `--json`, read back. */
import { InputError } from "../chapter.ts";
import type { Comparison } from "./comparison.ts";

/**
 * Checks the version and the outline; the file is the user's own, written by this program.
 *
 * @throws {InputError} when the text is something else.
 */
export function readComparison(text: string): Comparison {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`Cannot show a result: it is not JSON (${(error as Error).message})`);
  }
  const { schema, runs } = (value ?? {}) as Partial<Comparison>;
  if (schema !== "zerocopy.compare/1") {
    throw new InputError(
      `Cannot show a result: wanted the schema zerocopy.compare/1, found ${JSON.stringify(schema)}`,
    );
  }
  if (!Array.isArray(runs) || runs.length === 0 || !runs.every(isRun)) {
    throw new InputError("Cannot show a result: its runs are missing or damaged");
  }
  return value as Comparison;
}

function isRun(run: unknown): boolean {
  const { input, mechanisms } = (run ?? {}) as Partial<Comparison["runs"][number]>;
  return (
    typeof input?.bytes === "number" &&
    Array.isArray(mechanisms) &&
    mechanisms.every((mechanism) => Array.isArray((mechanism as { samples?: unknown })?.samples))
  );
}
