/** The ways to grow a buffer, in the order they are run and shown. */
import { array } from "./array.ts";
import { growingArray } from "./bytearray.ts";
import { queue } from "./byteQueue.ts";
import { concatEach } from "./concatEach.ts";
import type { GrowingMechanism } from "./mechanism.ts";

export const mechanisms: readonly GrowingMechanism[] = [concatEach, array, growingArray, queue];
