/** The ways to consume a buffer, in the order they are run and shown. */
import type { MemoryMechanism } from "./mechanism.ts";
import { view } from "./memoryview.ts";
import { pieces } from "./pieces.ts";
import { slice } from "./slice.ts";
import { subarray } from "./subarray.ts";

export const mechanisms: readonly MemoryMechanism[] = [slice, pieces, subarray, view];
