/** Every mechanism of `compare relay`. A new one is a file beside this one, and a line here. */
import type { RelayMechanism } from "./mechanism.ts";
import { pipe } from "./pipe.ts";
import { relay } from "./relay.ts";

export const mechanisms: readonly RelayMechanism[] = [pipe, relay];
