import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";
import { OSError } from "../core/errors.ts";

/** The error of a system call that returned `result` (`-errno`). */
export function systemError(result: number, syscall: string, bytes = 0): OSError {
  const [, text = "unknown error"] = getSystemErrorMap().get(result) ?? [];
  const code = errorCode(result);
  return new OSError(`${code}: ${text}, ${syscall}`, { code, errno: result, syscall, bytes });
}

/** `"ENOENT"` for `-2`. */
export function errorCode(result: number): string {
  const [code] = getSystemErrorMap().get(result) ?? rareCode(result);
  return code ?? `E${-result}`;
}

/** libuv does not know all: EDQUOT, ESTALE, … */
function rareCode(result: number): string[] {
  const known = Object.entries(constants.errno).find(([, number]) => number === -result);
  return known ? [known[0]] : [];
}
