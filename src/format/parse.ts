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
import { characters, foreignCharacters, PASCAL, RECORD, TEXT } from "./codes.ts";
import {
  fail,
  MAX_DEPTH,
  skipSpace,
  start,
  takeCount,
  takeName,
  takeOrder,
  takeShape,
} from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { noShape, recordLayout, scalarLayout } from "./layout.ts";
import type { Field, FormatProblem, Layout, StructLayout } from "./layout.ts";

/** Members that one format may spell out, `"2H"` being two and a sub-array one. */
const MAX_FIELDS = 65_536;
/** Of struct: members of one count that are spelt out; more are one run. */
const MAX_SPELT = 16;
/** Layouts kept, so that the same format is parsed once; and the largest that is kept. */
const MEMO_ENTRIES = 256;
const MEMO_FIELDS = 1024;

const layouts = new Map<string, Layout | FormatProblem>();
const structs = new Map<string, StructLayout | FormatProblem>();
/** Scalars without a length: at most one for each character and byte order. */
const scalars = new Map<string, Layout>();

/** Members as they are being placed. */
interface Members {
  readonly fields: Field[];
  readonly names: Set<string>;
  size: number;
  align: number;
  /** Scalars in one item, those in sub-arrays and nested records included. */
  values: number;
}

interface Element {
  readonly layout: Layout;
  readonly values: number;
}

interface Axes {
  /** Of `(2,3)`; empty without. */
  readonly shape: readonly number[];
  /** Of `4h`; undefined without. */
  readonly count: number | undefined;
}

/** What a PEP 3118 format means. */
export function parseFormat(format: string): Layout | FormatProblem {
  const known = layouts.get(format);
  if (known !== undefined) return known;
  const layout = parseLayout(format);
  remember(layouts, format, layout);
  return layout;
}

/** What a format means to Python's struct module. */
export function parseStruct(format: string): StructLayout | FormatProblem {
  const known = structs.get(format);
  if (known !== undefined) return known;
  const cursor = start(format, true);
  takeOrder(cursor);
  const { fields, size } = parseMembers(cursor);
  const layout = cursor.problem ?? { format, size, fields };
  remember(structs, format, layout);
  return layout;
}

function remember<T extends object>(memo: Map<string, T>, format: string, value: T): void {
  if ("fields" in value && (value.fields as unknown[]).length > MEMO_FIELDS) return;
  if (memo.size >= MEMO_ENTRIES) memo.clear();
  memo.set(format, value);
}

function parseLayout(format: string): Layout | FormatProblem {
  const cursor = start(format, false);
  const { fields, size, align } = parseMembers(cursor);
  if (cursor.problem !== undefined) return cursor.problem;
  const facts = { align, struct: !("problem" in parseStruct(format)) };
  const [only] = fields;
  // One value that fills the item is the item: "<d", "T{…}", "(2,3)d".
  if (only === undefined || fields.length > 1 || !isWhole(only, size)) {
    return recordLayout(format, { ...facts, itemsize: size, fields, shape: noShape });
  }
  const { layout, shape } = only;
  if (shape.length > 0) {
    const element = { name: undefined, offset: 0, layout, shape: noShape, hot: layout.hot };
    return recordLayout(format, { ...facts, itemsize: size, fields: [element], shape });
  }
  if (layout.format === format) return layout;
  if (layout.code === RECORD) return recordLayout(format, { ...layout, ...facts });
  const native = layout.native && isNative(format);
  return scalarLayout(format, { ...layout, ...facts, native });
}

function isWhole(field: Field, size: number): boolean {
  return field.name === undefined && field.layout.itemsize * product(field.shape) === size;
}

/** CPython takes one character, and one `@` before it. */
function isNative(format: string): boolean {
  return characters.get(format.replace(/^@/, ""))?.native ?? false;
}

/** Up to the end of the text or, inside `T{`, through its `}`. */
function parseMembers(cursor: Cursor): Members {
  const members: Members = { fields: [], names: new Set(), size: 0, align: 1, values: 0 };
  while (cursor.problem === undefined) {
    skipSpace(cursor);
    const character = cursor.text[cursor.at];
    if (character === undefined) {
      if (cursor.depth > 0) fail(cursor, "syntax", "'T{' without '}'");
      break;
    }
    if (character === "}" && cursor.depth > 0) {
      cursor.at++;
      break;
    }
    // An order needs no item after it: "<" is a format of no bytes.
    if (cursor.isStruct || !takeOrder(cursor)) parseMember(cursor, members);
  }
  return members;
}

function parseMember(cursor: Cursor, members: Members): void {
  const axes = takeAxes(cursor);
  const { text, at } = cursor;
  if (cursor.problem !== undefined) return;
  if (at === text.length) {
    fail(cursor, "syntax", "repeat count or shape without an item");
  } else if (text.startsWith("T{", at) && !cursor.isStruct) {
    const element = parseNested(cursor);
    if (element !== undefined) place(cursor, members, element, axes);
  } else if (text[at] === "x") {
    cursor.at++;
    takeName(cursor);
    grow(cursor, members, product(axes.shape) * (axes.count ?? 1));
  } else {
    const layout = takeScalar(cursor, axes.count);
    if (layout === undefined) return;
    const { shape } = axes;
    place(cursor, members, { layout, values: 1 }, isText(layout.code) ? { shape, count: 1 } : axes);
  }
}

/** The order may also stand between shape and count. */
function takeAxes(cursor: Cursor): Axes {
  if (cursor.isStruct || cursor.text[cursor.at] !== "(") {
    return { shape: noShape, count: takeCount(cursor) };
  }
  const shape = takeShape(cursor) ?? noShape;
  while (takeOrder(cursor)) skipSpace(cursor);
  return { shape, count: takeCount(cursor) };
}

/** `T{…}`, from its first character. */
function parseNested(cursor: Cursor): Element | undefined {
  if (cursor.depth >= MAX_DEPTH) {
    return fail(cursor, "unsupported", `more than ${MAX_DEPTH} levels of 'T{'`);
  }
  const from = cursor.at;
  const order = prefix(cursor);
  cursor.at += 2;
  cursor.depth++;
  const { fields, size, align, values } = parseMembers(cursor);
  cursor.depth--;
  // Padded at its end as C pads a struct, so that an array of them stays aligned.
  const itemsize = roundUp(size, align);
  const format = order + cursor.text.slice(from, cursor.at);
  const facts = { itemsize, align, struct: false, fields, shape: noShape };
  return { layout: recordLayout(format, facts), values: Math.max(values, 1) };
}

/** One character, with its length where that is what a count means. */
function takeScalar(cursor: Cursor, count: number | undefined): Layout | undefined {
  const { text, at, order } = cursor;
  const name = text[at] === "Z" ? text.slice(at, at + 2) : (text[at] ?? "");
  const character = characters.get(name);
  if (character === undefined) return failUnknown(cursor, name);
  const isNativeSize = order === "@" || order === "^";
  const size = isNativeSize ? character.size : character.standardSize;
  if (size === 0) return fail(cursor, "syntax", `'${name}' only has a native size, not '${order}'`);
  cursor.at += name.length;
  const length = isText(character.code) ? (count ?? 1) : 1;
  const format = prefix(cursor) + (length === 1 ? "" : length) + name;
  const known = scalars.get(format);
  if (known !== undefined) return known;
  const layout = scalarLayout(format, {
    code: isNativeSize ? character.code : character.standardCode,
    itemsize: size * length,
    align: order === "@" ? character.align : 1,
    littleEndian: order !== ">" && order !== "!",
    native: order === "@" && character.native,
    struct: order !== "^",
  });
  if (length === 1) scalars.set(format, layout);
  return layout;
}

function failUnknown(cursor: Cursor, name: string): undefined {
  if (!cursor.isStruct && foreignCharacters.includes(name[0] ?? "")) {
    return fail(cursor, "unsupported", `character '${name}' not implemented`);
  }
  return fail(cursor, "syntax", `unknown character '${name}'`);
}

/**
 * Adds a member, at its name. Named, `2H` is a sub-array; without a name it is two members. struct
 * has no sub-arrays: there, one stands for a long run of members, whose number has no limit.
 */
function place(cursor: Cursor, members: Members, element: Element, axes: Axes): void {
  const name = takeName(cursor);
  const { layout } = element;
  const { count = 1 } = axes;
  if (name !== undefined) {
    if (members.names.has(name)) fail(cursor, "syntax", `second field named '${name}'`);
    members.names.add(name);
  }
  if (cursor.order === "@") {
    grow(cursor, members, roundUp(members.size, layout.align) - members.size);
    members.align = Math.max(members.align, layout.align);
  }
  const isRun = cursor.isStruct && count > MAX_SPELT;
  const isArray = isRun || (count !== 1 && (name !== undefined || axes.shape.length > 0));
  const shape = isArray ? [...axes.shape, count] : axes.shape;
  const elements = product(shape);
  const hot = shape.length > 0 ? RECORD : layout.hot;
  const repeats = isArray ? 1 : count;
  for (let i = 0; i < repeats && cursor.problem === undefined; i++) {
    if (++cursor.fieldCount > MAX_FIELDS) {
      fail(cursor, "unsupported", `more than ${MAX_FIELDS} values`);
      return;
    }
    members.fields.push({ name, offset: members.size, layout, shape, hot });
    members.values += elements * element.values;
    grow(cursor, members, layout.itemsize * elements);
  }
}

function grow(cursor: Cursor, members: Members, bytes: number): void {
  members.size += bytes;
  if (!Number.isSafeInteger(members.size)) {
    fail(cursor, "unsupported", "item of 2^53 bytes or more");
  } else if (members.values > Math.max(members.size, MAX_FIELDS)) {
    // What takes no memory is not bounded by memory: "(1000000,1000000)0s".
    fail(cursor, "unsupported", "more values than bytes");
  }
}

/** What makes the format of a part mean the same alone. */
function prefix({ order }: Cursor): string {
  return order === "@" ? "" : order;
}

function isText(code: number): boolean {
  return code === TEXT || code === PASCAL;
}

function product(axes: readonly number[]): number {
  return axes.reduce((total, axis) => total * axis, 1);
}

function roundUp(size: number, align: number): number {
  return Math.ceil(size / align) * align;
}
