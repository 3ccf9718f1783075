/** From checked arguments to a result or an error: the one way to the system calls of the addon. */
import { requireAddon } from "../native/binding.ts";
import { systemError } from "../native/systemError.ts";
import type { SystemCalls } from "../native/systemCalls.ts";

type Name = keyof SystemCalls;
type Arguments<N extends Name> = Parameters<SystemCalls[N]>;
type Result<N extends Name> = ReturnType<SystemCalls[N]>;

/** What the manual calls those whose name is not ours. */
const manualNames: Readonly<Partial<Record<Name, string>>> = {
  copyFileRange: "copy_file_range",
  openFile: "openat2",
  findStorage: "fstatfs",
  memfdCreate: "memfd_create",
  fadvise: "posix_fadvise",
  cloneFile: "ioctl_ficlone",
  nextData: "lseek",
  seek: "lseek",
};

/** Makes the call on this thread. @throws {OSError} when it fails. */
export function call<N extends Name>(name: N, ...args: Arguments<N>): Result<N> {
  const syscall = manualNames[name] ?? name;
  const run = requireAddon(syscall)[name] as (...args: Arguments<N>) => Result<N>;
  const result = run(...args);
  if (typeof result === "number" && result < 0) throw systemError(result, syscall);
  return result;
}

/** Makes the call on libuv's pool. The error has the stack of who asked for it. */
export async function callOffThread<N extends Name>(
  name: N,
  ...args: Arguments<N>
): Promise<Result<N>> {
  const syscall = manualNames[name] ?? name;
  const run = requireAddon(syscall)[`${name}Async`] as unknown as (
    ...args: Arguments<N>
  ) => Promise<Result<N>> | Result<N>;
  const asked = { stack: "" };
  Error.captureStackTrace(asked, callOffThread);
  const result = await run(...args);
  if (typeof result !== "number" || result >= 0) return result;
  const error = systemError(result, syscall);
  error.stack = asked.stack.replace(/^.*/, `${error.name}: ${error.message}`);
  throw error;
}
