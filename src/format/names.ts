/** Friendly names of element types, as NumPy and typed arrays have them. Input only. */

const codes: ReadonlyMap<string, string> = new Map([
  ["int8", "b"],
  ["uint8", "B"],
  ["int16", "h"],
  ["uint16", "H"],
  ["int32", "i"],
  ["uint32", "I"],
  ["int64", "q"],
  ["uint64", "Q"],
  ["float16", "e"],
  ["float32", "f"],
  ["float64", "d"],
  ["complex64", "Zf"],
  ["complex128", "Zd"],
  ["bool", "?"],
]);

/** The format that a friendly name stands for; anything else is a format already. */
export function resolveName(format: string): string {
  return codes.get(format) ?? format;
}
