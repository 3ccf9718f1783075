/** Every mechanism of `compare receive`. A new one is a file beside these, and a line here. */
import { concat } from "./concat.ts";
import type { ReceiveMechanism } from "./mechanism.ts";
import { recvAll, recvAllNew } from "./recvAll.ts";

export const mechanisms: readonly ReceiveMechanism[] = [concat, recvAllNew, recvAll];
