import { getSystemErrorMap } from "node:util";
import { OSError } from "../core/errors.ts";

/** The error of a system call that returned `result` (`-errno`). */
export function systemError(result: number, syscall: string, bytes = 0): OSError {
  const [code, text] = getSystemErrorMap().get(result) ?? [`E${-result}`, "unknown error"];
  return new OSError(`${code}: ${text}, ${syscall}`, { code, errno: result, syscall, bytes });
}

/** `"ENOENT"` for `-2`. */
export function errorCode(result: number): string {
  return getSystemErrorMap().get(result)?.[0] ?? `E${-result}`;
}
