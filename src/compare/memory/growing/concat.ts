import { copyBytes } from "../../../core/copy.ts";

/** Buffer.concat, step by step as Node has it, so that its copies are counted. */
export function concat(parts: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafe(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    copyBytes(part, whole, at);
    at += part.length;
  }
  return whole;
}
