/**
 * What the compiler makes of format literals. Nothing here runs: that it compiles is the test, and
 * that every line marked so does not.
 */
import type { Item, Tuple, TupleInput } from "../../src/format/types.ts";
import type { Same } from "./same.ts";

/** The library's own bytes, to be told from any other. */
interface Bytes {
  readonly brand: "bytes";
}

type Complex = [re: number, im: number];
type Invalid<Message extends string> = ["invalid format", Message];

// One value is itself.
export type Scalars = [
  Same<Item<"d">, number>,
  Same<Item<"B">, number>,
  Same<Item<"@e">, number>,
  Same<Item<"q">, bigint>,
  Same<Item<">Q">, bigint>,
  Same<Item<"l">, bigint>,
  Same<Item<"^L">, bigint>,
  Same<Item<"<l">, number>,
  Same<Item<"!L">, number>,
  Same<Item<"n">, bigint>,
  Same<Item<"P">, bigint>,
  Same<Item<"?">, boolean>,
  Same<Item<"c", Bytes>, Bytes>,
  Same<Item<"4s", Bytes>, Bytes>,
  Same<Item<"<12p", Bytes>, Bytes>,
  Same<Item<"Zf">, Complex>,
  Same<Item<">Zd">, Complex>,
  Same<Item<"F">, Complex>,
  Same<Item<" 1H ">, number>,
  Same<Item<"xB">, number>,
  Same<Item<"T{i}">, number>,
];

// Several are a tuple; names make an object.
export type Lists = [
  Same<Item<"<IdH">, [number, number, number]>,
  Same<Item<"<IdHH">, [number, number, number, number]>,
  Same<Item<"2H">, [number, number]>,
  Same<Item<"<2q ?\n3xc", Bytes>, [bigint, bigint, boolean, Bytes]>,
  Same<Item<"8B">, [number, number, number, number, number, number, number, number]>,
  Same<Item<"9B">, number[]>,
  Same<Item<"?12Bq">, [boolean, ...number[], bigint]>,
  Same<Item<"0i">, []>,
  Same<Item<"ib0i">, [number, number]>,
  Same<Item<"">, []>,
  Same<Item<"<">, []>,
  Same<Item<"2Zd">, [Complex, Complex]>,
  Same<Item<"<l@l">, [number, bigint]>,
  Same<Item<"T{<i:x:q:y:}">, { x: number; y: bigint }>,
  Same<Item<"T{<B:a:3x<I:b:}">, { a: number; b: number }>,
  Same<Item<"i:x:d:y:">, { x: number; y: number }>,
  Same<Item<"T{i:x:d}">, [number, number]>,
  Same<Item<"T{2H:x:3s:y:}", Bytes>, { x: number[]; y: Bytes }>,
  Same<Item<"T{i:x:0q}">, { x: number }>,
  Same<Item<"<T{l:x:>T{h:y:}:z:l:w:}">, { x: number; z: { y: number }; w: number }>,
  Same<Item<"T{<l:x:}l">, [{ x: number }, number]>,
  Same<Item<"2T{ib}">, [[number, number], [number, number]]>,
  Same<Item<"T{}">, []>,
  Same<Item<"(2,3)d">, number[][]>,
  Same<Item<"(2, 3)<d">, number[][]>,
  Same<Item<"(4)2h">, number[][]>,
  Same<Item<"i(2)d">, [number, number[]]>,
  Same<Item<"T{(2,2)q:m:}">, { m: bigint[][] }>,
  Same<Item<"T{(3)T{i:x:}:p:}">, { p: { x: number }[] }>,
];

export type FriendlyNames = [
  Same<Item<"uint8">, number>,
  Same<Item<"int64">, bigint>,
  Same<Item<"float64">, number>,
  Same<Item<"bool">, boolean>,
  Same<Item<"complex128">, Complex>,
];

// What is not one literal, the compiler cannot parse.
export type Wide = [
  Same<Item<string>, unknown>,
  Same<Item<`${number}s`>, unknown>,
  Same<Item<`<${string}`>, unknown>,
  Same<Item<"d" | "q">, number | bigint>,
  Same<Item<never>, never>,
  Same<Tuple<string>, unknown[]>,
];

// An invalid literal is a tuple that says why.
export type Messages = [
  Same<Item<"k">, Invalid<"unknown character 'k'">>,
  Same<Item<"<IkH">, Invalid<"unknown character 'k'">>,
  Same<Item<"<n">, Invalid<"unknown character 'n'">>,
  Same<Item<"Zg">, Invalid<"unknown character 'Zg'">>,
  Same<Item<"i3">, Invalid<"repeat count or shape without an item">>,
  Same<Item<"2 h">, Invalid<"unknown character ' '">>,
  Same<Item<"T{i">, Invalid<"'T{' without '}'">>,
  Same<Item<"T{iT{k}}">, Invalid<"unknown character 'k'">>,
  Same<Item<"i}">, Invalid<"unknown character '}'">>,
  Same<Item<"(2d">, Invalid<"shape without ')'">>,
  Same<Item<"()d">, Invalid<"shape without a number">>,
  Same<Item<"i:x:d:x:">, Invalid<"second field named 'x'">>,
  Same<Tuple<"k">, Invalid<"unknown character 'k'">>,
  Same<Tuple<"b<h">, Invalid<"unknown character '<'">>,
  Same<Tuple<" <h">, Invalid<"unknown character '<'">>,
  Same<Tuple<"T{i}">, Invalid<"unknown character 'T'">>,
  Same<Tuple<"h2">, Invalid<"repeat count without an item">>,
  Same<Tuple<"<P">, Invalid<"unknown character 'P'">>,
];

// struct gives a tuple, always, and takes any number for a number.
type Numeric = number | bigint | boolean;
export type Struct = [
  Same<Tuple<"h">, [number]>,
  Same<Tuple<"">, []>,
  Same<Tuple<"<IdH">, [number, number, number]>,
  Same<Tuple<"<\t2q 4s", Bytes>, [bigint, bigint, Bytes]>,
  Same<Tuple<"l">, [bigint]>,
  Same<Tuple<"=l">, [number]>,
  Same<Tuple<"10s", Bytes>, [Bytes]>,
  Same<Tuple<"10f">, number[]>,
  Same<Tuple<"4xF">, [Complex]>,
  Same<TupleInput<"<Iq?">, [Numeric, Numeric, unknown]>,
  Same<TupleInput<"3sD", Bytes>, [Bytes, Numeric | readonly [re: Numeric, im: Numeric]]>,
];

export const record: Item<"T{<i:x:d:y:}"> = { x: 1, y: 2 };
// @ts-expect-error a field is missing
export const lacking: Item<"T{<i:x:d:y:}"> = { x: 1 };
// @ts-expect-error a bigint is not a number
export const wide: Item<"<q"> = 1;
// @ts-expect-error two values, not three
export const tuple: Item<"<IH"> = [1, 2, 3];
// @ts-expect-error the value of an invalid format can only be its message
export const invalid: Item<"<Ik"> = [1, 2];
// @ts-expect-error struct always gives a tuple
export const single: Tuple<"h"> = 1;
// @ts-expect-error text is no bytes
export const text: TupleInput<"3s"> = ["abc"];
