/** How large the buffer is. It is made where it is consumed: memory does not pass between processes. */
import { constants } from "node:buffer";
import os from "node:os";
import { InputError } from "../chapter.ts";
import type { Input, InputRequest } from "../chapter.ts";
import { binaryBytes } from "../report/format.ts";

const defaultBytes = 16 << 20;

/** One input per size asked for, or one of 16 MiB. */
export function openInputs({ sizes = [defaultBytes] }: InputRequest): Promise<Input[]> {
  const largest = Math.max(...sizes);
  // The buffer, and as much again for what the mechanisms make of it.
  const free = Math.min(constants.MAX_LENGTH, os.freemem() / 2);
  if (largest > free) {
    const message = `wanted ${binaryBytes(largest)}, found room for ${binaryBytes(Math.floor(free))}`;
    return Promise.reject(new InputError(`Cannot make a buffer: ${message}`));
  }
  return Promise.resolve(
    sizes.map((size) => ({
      path: undefined,
      name: "memory",
      offset: 0,
      count: size,
      fileBytes: size,
      temporary: true,
      dispose: () => {},
    })),
  );
}
