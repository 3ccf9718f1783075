import { checkFlags, checkText } from "./arguments.ts";
import { call, callOffThread } from "./call.ts";
import { MFD_CLOEXEC } from "./constants.ts";
import { madeDescriptor, madeDescriptorAsync } from "./descriptor.ts";

const action = "call memfd_create";

/**
 * A new file that lives in memory, and as long as somebody has it open or mapped. Use it as any
 * other: `fs.writeSync(fd, …)`, `sendfile`, `mmap`. Other processes open `/proc/<pid>/fd/<fd>`, or get
 * it as one of their `stdio`.
 *
 * *Copies:* none.
 *
 * *Complexity:* one system call.
 *
 * @param name - for people who look into `/proc`: at most 249 bytes; need not be unique.
 * @param flags - MFD_ALLOW_SEALING, MFD_HUGETLB. MFD_CLOEXEC is always set.
 * @returns a descriptor, open for reading and writing, that is the caller's to close.
 * @throws {OSError} EINVAL (unknown flags, a name too long), EMFILE, ENFILE, ENOMEM.
 * @throws {TypeError} for a name that is no string or Buffer. @throws {ValueError} for NUL in it.
 *   {@link https://docs.python.org/3/library/os.html#os.memfd_create os.memfd_create}, memfd_create(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const fd = os.memfdCreate("scratch");
 * fs.writeSync(fd, "kept in memory");
 * fs.closeSync(fd);
 * ```
 */
export function memfdCreate(name: string | Uint8Array, flags: number = MFD_CLOEXEC): number {
  const text = [checkText(action, "name", name)];
  const checked = checkFlags(action, flags);
  return madeDescriptor((place) => call("memfdCreate", text, checked, place));
}

/** {@link memfdCreate} off the JavaScript thread. */
export async function memfdCreateAsync(
  name: string | Uint8Array,
  flags: number = MFD_CLOEXEC,
): Promise<number> {
  const text = [checkText(action, "name", name)];
  const checked = checkFlags(action, flags);
  return madeDescriptorAsync((place) => callOffThread("memfdCreate", text, checked, place));
}
