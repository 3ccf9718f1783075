/** How much is received. It is made where it is sent from, and kept nowhere. */
import type { Input, InputRequest } from "../chapter.ts";
import { openInputs as openRelayed } from "../relay/input.ts";

const defaultBytes = 64 << 20;

/** One input per size asked for, or one of 64 MiB. */
export function openInputs(request: InputRequest): Promise<Input[]> {
  return openRelayed({ ...request, sizes: request.sizes ?? [defaultBytes] });
}
