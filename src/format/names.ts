/** Friendly names of element types, as NumPy and typed arrays have them. Input only. */
import { charactersByName } from "./codes.ts";

const characters: ReadonlyMap<string, string> = new Map(
  [...charactersByName].map(([name, character]) => [
    name.toLowerCase().replace("big", ""),
    character,
  ]),
);

/** The format that a friendly name stands for; anything else is a format already. */
export function resolveName(format: string): string {
  return characters.get(format) ?? format;
}
