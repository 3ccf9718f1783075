/**
 * The JavaScript tier: functions of the runtime that copy, wrapped. Beside the hooks it charges what
 * libc has no part in.
 */
import type { ProfileAddon } from "../../native/profileAddon.ts";
import { nativeAccount } from "./account.ts";
import { elements } from "./elements.ts";
import { transcoding } from "./transcoding.ts";
import { wrapAll } from "./wrapping.ts";
import type { Wrapped, Wrapping } from "./wrapping.ts";

/** What libc has no part in. The number of an operation is its index here, on all threads. */
const besideHooks: readonly Wrapping[] = [...transcoding, ...elements];

/** As people write it. */
export function operationName(operation: number): string {
  return besideHooks[operation]?.name ?? "";
}

/** Wraps what the hooks do not see, on this thread. Undefined where Node does not allow it. */
export function wrapBesideHooks(addon: ProfileAddon, least: number): Wrapped | undefined {
  const account = nativeAccount(addon, least);
  return account && wrapAll(besideHooks, () => account);
}
