/**
 * The kind of number an item is, which Python does not distinguish: 8-byte integers are bigints, all
 * others numbers. Native `l L n N P` have 8 bytes, `<l` has 4.
 */
import { MemoryView } from "zerocopy";

const single = /^([@=<>!]?)\d*([a-zA-Z?])$/;

/** What is wrong with the kinds of a result, if anything is. Formats of several members are left out. */
export function kindProblem(
  operation: string,
  args: readonly unknown[],
  found: unknown,
): string | undefined {
  if (!/^(mv\.(get|tolist|items)|st\.(unpack|unpackfrom|iterunpack))$/.test(operation)) return;
  const format = args[0] instanceof MemoryView ? args[0].format : args[0];
  const [, prefix, code] = (typeof format === "string" && single.exec(format)) || [];
  if (prefix === undefined || code === undefined) return;
  const native = prefix === "" || prefix === "@";
  const wanted = (native ? "lLnNPqQ" : "qQ").includes(code) ? "bigint" : "number";
  const wrong = numbersIn(found).find((value) => typeof value !== wanted);
  return wrong === undefined ? undefined : `with a ${typeof wrong} where a ${wanted} is right`;
}

function numbersIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return typeof value === "number" || typeof value === "bigint" ? [value] : [];
}
