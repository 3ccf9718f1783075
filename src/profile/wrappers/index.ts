/**
 * The JavaScript tier: functions of the runtime that copy, wrapped. Beside the hooks it charges what
 * libc has no part in; where there are no hooks, everything that it knows of.
 */
import { syncBuiltinESMExports } from "node:module";
import type { ProfileAddon } from "../../native/profileAddon.ts";
import { nativeAccount } from "./account.ts";
import { bulk } from "./bulk.ts";
import { crossings } from "./crossings.ts";
import { elements } from "./elements.ts";
import { ModelledCopies } from "./modelledCopies.ts";
import { transcoding } from "./transcoding.ts";
import { wrapAll } from "./wrapping.ts";
import type { Wrapped, Wrapping } from "./wrapping.ts";

/** The number of an operation is its index in these, on all threads: the shorter begins the longer. */
const besideHooks: readonly Wrapping[] = [...transcoding, ...elements];
const alone: readonly Wrapping[] = [...besideHooks, ...bulk, ...crossings];

/** As people write it. */
export function operationName(operation: number): string {
  return alone[operation]?.name ?? "";
}

const nothing: Wrapped = { frozen: besideHooks.map(({ name }) => name), remove: () => {} };

/** Wraps what `addon` does not see, on this thread. `least`: fewer bytes are not looked at. */
export function wrapFor(addon: ProfileAddon | ModelledCopies, least: number): Wrapped {
  if (addon instanceof ModelledCopies) return wrapAlone(addon, least);
  const account = nativeAccount(addon, least);
  return account ? wrapAll(besideHooks, () => account) : nothing;
}

function wrapAlone(copies: ModelledCopies, least: number): Wrapped {
  const { frozen, remove } = wrapAll(alone, ({ kind }) => copies.account(kind, least));
  syncBuiltinESMExports();
  return {
    frozen,
    remove: () => {
      remove();
      syncBuiltinESMExports();
    },
  };
}
