/** How much passes. It is made where it is sent from, and kept nowhere. */
import type { Input, InputRequest } from "../chapter.ts";

const defaultBytes = 1e9;

/** One input per size asked for, or one of 1 GB. */
export function openInputs({ sizes = [defaultBytes] }: InputRequest): Promise<Input[]> {
  return Promise.resolve(
    sizes.map((size) => ({
      path: undefined,
      name: "content made for this run",
      offset: 0,
      count: size,
      fileBytes: size,
      temporary: true,
      dispose: () => {},
    })),
  );
}
