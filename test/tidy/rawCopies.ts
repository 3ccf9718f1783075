/**
 * Finds the places where bytes are copied, by the types of the values: a call copies when it takes
 * bytes out of, or puts bytes into, an ArrayBuffer or a view of one.
 *
 * Not found: loops over elements, and text turned into bytes or back (TextEncoder, `Buffer.from` of
 * a string, `toString`), which is a conversion and cannot be had without new memory.
 */
import {
  isCallExpression,
  isNewExpression,
  isPropertyAccessExpression,
} from "typescript/unstable/ast";
import type { Expression, Node } from "typescript/unstable/ast";
import { constituents, nodesOf, place } from "./source.ts";
import type { Source } from "./source.ts";

const methods = new Set(["set", "slice", "copyWithin", "copy", "with", "toReversed", "toSorted"]);
const functions =
  /^(structuredClone|(Buffer|\w+Array)\.from|Buffer\.copyBytesFrom|new (Buffer|(?!Byte)\w+Array))$/;

/** `file:line expression`, for every raw copy. */
export function rawCopies(source: Source): string[] {
  return source.files.flatMap((file) =>
    [...nodesOf(file)]
      .filter((node) => isRawCopy(source, node))
      .map((node) => place(source, file, node)),
  );
}

function isRawCopy(source: Source, node: Node): boolean {
  if (isNewExpression(node)) {
    return functions.test(`new ${node.expression.getText()}`) && copiesArgument(source, node);
  }
  if (!isCallExpression(node)) return false;
  const callee = node.expression;
  if (callee.getText() === "Buffer.concat") return true;
  if (functions.test(callee.getText())) return copiesArgument(source, node);
  return (
    isPropertyAccessExpression(callee) &&
    methods.has(callee.name.text) &&
    has(source, callee.expression, "byteLength")
  );
}

/** A view is copied; of an ArrayBuffer a view is made; a number is a length. */
function copiesArgument(source: Source, call: { arguments?: readonly Expression[] }): boolean {
  const [first] = call.arguments ?? [];
  return first !== undefined && has(source, first, "BYTES_PER_ELEMENT");
}

function has({ checker }: Source, value: Expression, property: string): boolean {
  const type = checker.getTypeAtLocation(value);
  return (
    type !== undefined &&
    constituents(type).some((member) => checker.getPropertyOfType(member, property))
  );
}
