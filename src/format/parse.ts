/**
 * Format strings to layouts: PEP 3118's grammar as NumPy reads it, and the stricter grammar of
 * Python's struct module, by one parser. Nothing is thrown: what is wrong comes back as data.
 *
 * ```text
 * format  = member*
 * member  = order* ["(" axis {"," axis} ")"] order* [count] item [":" name ":"]
 * order   = "@" | "^" | "=" | "<" | ">" | "!"       holds until the next one
 * item    = character | "T{" format "}"
 * ```
 *
 * struct takes a single order, before everything else, and no shapes, names or `T{}`.
 *
 * Formats may come from a hostile exporter. Time and memory are linear in the length of the text
 * and in MAX_FIELDS, whatever it claims, and reading an item is linear in its bytes.
 */
import { codes, COMPLEX128, COMPLEX64, PASCAL, RECORD, sizeOf, TEXT } from "./codes.ts";
import { fail, skipSpace, take, takeOrder } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { makeLayout, noShape, product } from "./layout.ts";
import type { Field, FormatProblem, Layout, StructLayout } from "./layout.ts";

/** Levels of `T{`, and axes of a shape. */
const MAX_DEPTH = 64;
/** Members that one format may spell out, `"2H"` being two and a sub-array one. */
const MAX_FIELDS = 65_536;
/** Of struct: members of one count that are spelt out; more are one run. */
const MAX_SPELT = 16;
/** Layouts kept, so that the same format is parsed once; and the largest that is kept. */
const MEMO_ENTRIES = 256;
const MEMO_FIELDS = 1024;

/** Of a valid format, where struct does not know it: it takes no more than one order, at the start. */
const beyondStruct = /[(^:]|T\{|(?<=.)[@=<>!]/s;

const layouts = new Map<string, Layout | FormatProblem>();
const structs = new Map<string, StructLayout | FormatProblem>();

/** Members as they are being placed. */
interface Members {
  readonly fields: Field[];
  /** No further member may have one of these. */
  readonly names: Set<string>;
  size: number;
  align: number;
  /** Scalars in one item, those in sub-arrays and nested records included. */
  values: number;
}

/** What a member is made of, before it is placed. */
interface Element {
  readonly layout: Layout;
  readonly values: number;
}

/** What a PEP 3118 format means. */
export function parseFormat(format: string): Layout | FormatProblem {
  return layouts.get(format) ?? remember(layouts, format, parseLayout(format));
}

/** What a format means to Python's struct module. */
export function parseStruct(format: string): StructLayout | FormatProblem {
  return structs.get(format) ?? remember(structs, format, parseStructLayout(format));
}

function remember<T extends object>(memo: Map<string, T>, format: string, value: T): T {
  if (!("fields" in value) || (value.fields as unknown[]).length <= MEMO_FIELDS) {
    if (memo.size >= MEMO_ENTRIES) memo.clear();
    memo.set(format, value);
  }
  return value;
}

function parseStructLayout(format: string): StructLayout | FormatProblem {
  const cursor = start(format, MAX_SPELT);
  const { fields, size } = parseMembers(cursor);
  const extra = format.search(beyondStruct);
  if (extra >= 0) fail(cursor, "what struct does not have", extra);
  return cursor.problem ?? { format, size, fields };
}

function parseLayout(format: string): Layout | FormatProblem {
  const cursor = start(format, Infinity);
  const { fields, size: itemsize, align } = parseMembers(cursor);
  if (cursor.problem) return cursor.problem;
  const facts = { format, align, struct: !beyondStruct.test(format) };
  const [only] = fields;
  // One value that fills the item is the item: "<d", "T{…}".
  if (
    fields.length !== 1 ||
    only?.name !== undefined ||
    only?.shape.length !== 0 ||
    only.layout.itemsize !== itemsize
  ) {
    return makeLayout({ ...facts, itemsize, fields });
  }
  const { layout } = only;
  // CPython takes one character, and one `@` before it.
  const native = layout.native && format === `@${layout.format}`;
  return layout.format === format ? layout : makeLayout({ ...layout, ...facts, native });
}

function start(text: string, maxSpelt: number): Cursor {
  return { text, maxSpelt, at: 0, order: "@", depth: 0, fieldCount: 0, problem: undefined };
}

/** Up to the end of the text or, inside `T{`, up to its `}`. */
function parseMembers(cursor: Cursor): Members {
  const { text, depth } = cursor;
  // A member of the name __proto__ would change the prototype of the objects that are read.
  const names = new Set(["__proto__"]);
  const members: Members = { fields: [], names, size: 0, align: 1, values: 0 };
  for (skipSpace(cursor); !cursor.problem && cursor.at < text.length; skipSpace(cursor)) {
    if (depth > 0 && text[cursor.at] === "}") break;
    // An order needs no item after it: "<" is a format of no bytes.
    if (!takeOrder(cursor)) parseMember(cursor, members);
  }
  return members;
}

function parseMember(cursor: Cursor, members: Members): void {
  const shape = takeShape(cursor);
  const count = Number(take(cursor, /\d+/y) || 1);
  if (take(cursor, /x/y)) {
    takeName(cursor);
    grow(cursor, members, product(shape) * count);
  } else if (take(cursor, /T\{/y)) {
    place(cursor, members, parseNested(cursor), shape, count);
  } else {
    const layout = takeScalar(cursor, count);
    if (layout)
      place(cursor, members, { layout, values: 1 }, shape, isText(layout.code) ? 1 : count);
  }
}

/** `(2,3)`, if there is one, and orders after it. */
function takeShape(cursor: Cursor): readonly number[] {
  const axes =
    take(cursor, /\([\t-\r ]*\d+[\t-\r ]*(?:,[\t-\r ]*\d+[\t-\r ]*)*\)/y).match(/\d+/g) ?? noShape;
  if (axes.length > MAX_DEPTH) fail(cursor, "too deep");
  while (axes.length > 0 && takeOrder(cursor)) skipSpace(cursor);
  return axes.map(Number);
}

/** `T{…}`, from behind its brace. */
function parseNested(cursor: Cursor): Element {
  const order = prefix(cursor);
  const from = cursor.at - 2;
  if (++cursor.depth > MAX_DEPTH) fail(cursor, "too deep", from);
  const { fields, size, align, values } = parseMembers(cursor);
  cursor.depth--;
  if (!take(cursor, /\}/y)) fail(cursor, "no '}'");
  const layout = makeLayout({
    format: order + cursor.text.slice(from, cursor.at),
    itemsize: roundUp(size, align), // as C pads a struct, so that an array of them stays aligned
    align,
    struct: false,
    fields,
  });
  return { layout, values: Math.max(values, 1) };
}

/** One character, with its length where that is what a count means. */
function takeScalar(cursor: Cursor, count: number): Layout | undefined {
  const { at, order } = cursor;
  const name = take(cursor, /Z?./sy);
  const isNativeSize = order === "@" || order === "^";
  const code = codes.get(isNativeSize ? name : name.replace("l", "i").replace("L", "I"));
  if (!code) return fail(cursor, name ? `unexpected '${name}'` : "no item", at);
  if (!isNativeSize && "nNP".includes(name)) {
    return fail(cursor, `unexpected '${name}' after '${order}'`, at);
  }
  const length = isText(code) ? count : 1;
  const format = prefix(cursor) + (length === 1 ? "" : length) + name;
  const size = sizeOf(code);
  const isComplex = code === COMPLEX64 || code === COMPLEX128;
  return makeLayout({
    format,
    code,
    itemsize: size * length,
    align: order !== "@" ? 1 : isComplex ? size / 2 : size,
    littleEndian: order !== ">" && order !== "!",
    native: order === "@" && !"FDsp".includes(name),
    struct: order !== "^",
  });
}

/**
 * Adds a member, at its name. Named, `2H` is a sub-array; without a name it is two members. struct
 * has no sub-arrays: there, one stands for a long run of members, whose number has no limit.
 */
function place(
  cursor: Cursor,
  members: Members,
  { layout, values }: Element,
  axes: readonly number[],
  count: number,
): void {
  const name = takeName(cursor);
  if (name !== undefined) {
    if (members.names.has(name)) fail(cursor, `unexpected name '${name}'`);
    members.names.add(name);
  }
  if (cursor.order === "@") {
    grow(cursor, members, roundUp(members.size, layout.align) - members.size);
    members.align = Math.max(members.align, layout.align);
  }
  const isArray = count > cursor.maxSpelt || name !== undefined || axes.length > 0;
  const shape = isArray && count !== 1 ? [...axes, count] : axes;
  const elements = product(shape);
  const hot = shape.length > 0 ? RECORD : layout.hot;
  for (let i = isArray ? 1 : count; i > 0 && !cursor.problem; i--) {
    if (++cursor.fieldCount > MAX_FIELDS) return fail(cursor, "too large");
    members.fields.push({ name, offset: members.size, layout, shape, hot });
    members.values += elements * values;
    grow(cursor, members, layout.itemsize * elements);
  }
}

/** `:name:`; undefined without one. */
function takeName(cursor: Cursor): string | undefined {
  return take(cursor, /:[\0-9;-\x7f]+:/y).slice(1, -1) || undefined;
}

function grow(cursor: Cursor, members: Members, bytes: number): void {
  members.size += bytes;
  // What takes no memory is not bounded by memory: "(1000000,1000000)0s".
  const hasRoom = members.values <= Math.max(members.size, MAX_FIELDS);
  if (!hasRoom || !Number.isSafeInteger(members.size)) fail(cursor, "too large");
}

/** What makes the format of a part mean the same alone. */
function prefix({ order }: Cursor): string {
  return order === "@" ? "" : order;
}

function isText(code: number): boolean {
  return code === TEXT || code === PASCAL;
}

function roundUp(size: number, align: number): number {
  return Math.ceil(size / align) * align;
}
