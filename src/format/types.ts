/**
 * What items of a format are, for the compiler: the grammar of parse.ts, on string literal types.
 *
 * ```ts
 * Item<"<IdH">                 // [number, number, number]
 * Item<"T{<i:x:q:y:}">         // { x: number; y: bigint }
 * Item<string>                 // unknown
 * Item<"k">                    // ["invalid format", "unknown character 'k'"]
 * ```
 *
 * `B` is the type of bytes, which this layer does not know. Each step consumes one character and is
 * a tail call, so that the compiler does not run out of depth before about 1,000 characters.
 */

/** The type of an item that is read. `B` is what `c`, `s` and `p` give. */
export type Item<F extends string, B = Uint8Array> = F extends unknown
  ? IsLiteral<F> extends false
    ? unknown
    : F extends keyof Names
      ? Names[F]
      : Unwrap<List<F, Given<B>, Native<Given<B>>, [], unknown, false, false>>
  : never;

/** The values that Python's struct reads: always a tuple. */
export type Tuple<F extends string, B = Uint8Array> = StructValues<F, Given<B>>;

/** The values that Python's struct writes: integers and floats of any kind, `B` for bytes. */
export type TupleInput<F extends string, B = Uint8Array> = StructValues<F, Taken<B>>;

type StructValues<F extends string, K extends Kinds> = F extends unknown
  ? IsLiteral<F> extends false
    ? unknown[]
    : F extends `@${infer R}`
      ? Values<R, Native<K>, []>
      : F extends `${"=" | "<" | ">" | "!"}${infer R}`
        ? Values<R, Standard<K>, []>
        : Values<F, Native<K>, []>
  : never;

/**
 * Whether a string type is one literal, and not `string` or a pattern such as `${number}s`: the
 * object without properties is a record of any kind but of one certain key.
 */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- it is what is meant
type IsLiteral<F extends string> = Record<never, never> extends Record<F, 1> ? false : true;

/** What numbers, wide integers and the rest are, read or written. */
interface Kinds {
  number: unknown;
  bigint: unknown;
  truth: unknown;
  complex: unknown;
  bytes: unknown;
}

interface Given<B> {
  number: number;
  bigint: bigint;
  truth: boolean;
  complex: [re: number, im: number];
  bytes: B;
}

type Numeric = number | bigint | boolean;

interface Taken<B> {
  number: Numeric;
  bigint: Numeric;
  truth: unknown;
  complex: Numeric | readonly [re: Numeric, im: Numeric];
  bytes: B;
}

/** The table of characters, at their standard sizes. */
interface Standard<K extends Kinds> {
  b: K["number"];
  B: K["number"];
  h: K["number"];
  H: K["number"];
  i: K["number"];
  I: K["number"];
  l: K["number"];
  L: K["number"];
  q: K["bigint"];
  Q: K["bigint"];
  e: K["number"];
  f: K["number"];
  d: K["number"];
  "?": K["truth"];
  c: K["bytes"];
  s: K["bytes"];
  p: K["bytes"];
  F: K["complex"];
  D: K["complex"];
  Zf: K["complex"];
  Zd: K["complex"];
}

/** At their native sizes: `l` and `L` have 8 bytes, and there are `n`, `N` and `P`. */
interface Native<K extends Kinds> extends Omit<Standard<K>, "l" | "L"> {
  l: K["bigint"];
  L: K["bigint"];
  n: K["bigint"];
  N: K["bigint"];
  P: K["bigint"];
}

interface Names {
  int8: number;
  uint8: number;
  int16: number;
  uint16: number;
  int32: number;
  uint32: number;
  int64: bigint;
  uint64: bigint;
  float16: number;
  float32: number;
  float64: number;
  complex64: [re: number, im: number];
  complex128: [re: number, im: number];
  bool: boolean;
}

type Invalid<Message extends string> = ["invalid format", Message];
type Unknown<C extends string> = Invalid<`unknown character '${C}'`>;

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Space = " " | "\t" | "\n" | "\v" | "\f" | "\r";
/** A count is the length of these, not a number of them. */
type Text = "s" | "p";

/** `[digits, the rest]` */
type Count<S extends string, D extends string = ""> = S extends `${infer C extends Digit}${infer R}`
  ? Count<R, `${D}${C}`>
  : [D, S];

/** So many values in a list; above 8 only "some". */
type Repeat<T, D extends string> = D extends keyof Repeats<T> ? Repeats<T>[D] : T[];

interface Repeats<T> {
  "": [T];
  "0": [];
  "1": [T];
  "2": [T, T];
  "3": [T, T, T];
  "4": [T, T, T, T];
  "5": [T, T, T, T, T];
  "6": [T, T, T, T, T, T];
  "7": [T, T, T, T, T, T, T];
  "8": [T, T, T, T, T, T, T, T];
}

// struct: characters and counts.

type Values<S extends string, M, V extends unknown[]> = S extends `${infer C}${infer R}`
  ? C extends keyof M
    ? Values<R, M, [...V, M[C]]>
    : C extends Digit
      ? Count<S> extends [infer D extends string, infer After extends string]
        ? Counted<After, M, V, D>
        : never
      : C extends Space | "x"
        ? Values<R, M, V>
        : Coded<S, M, V, "">
  : V;

type Counted<S extends string, M, V extends unknown[], D extends string> = S extends ""
  ? Invalid<"repeat count without an item">
  : S extends `x${infer R}`
    ? Values<R, M, V>
    : S extends `${infer C extends Text & keyof M}${infer R}`
      ? Values<R, M, [...V, M[C]]>
      : Coded<S, M, V, D>;

type Coded<
  S extends string,
  M,
  V extends unknown[],
  D extends string,
> = S extends `${Code<S>}${infer R}`
  ? Code<S> extends keyof M
    ? Values<R, M, [...V, ...Repeat<M[Code<S>], D>]>
    : Unknown<Code<S>>
  : never;

/** The first character, or two of them after `Z`. */
type Code<S extends string> = S extends `Z${infer C}${string}`
  ? `Z${C}`
  : S extends `${infer C}${string}`
    ? C
    : "";

// PEP 3118: byte orders anywhere, shapes, names, nesting.

/** A list, what comes after its `}`, and the table in force there: a byte order inside holds on. */
interface Parsed<T, Rest, M> {
  item: T;
  rest: Rest;
  table: M;
}

type Unwrap<P> = P extends { item: infer T } ? T : P;

interface Orders<K extends Kinds> {
  "@": Native<K>;
  "^": Native<K>;
  "=": Standard<K>;
  "<": Standard<K>;
  ">": Standard<K>;
  "!": Standard<K>;
}

/**
 * `M` is the table in force, `V` the values so far, `O` those with names, `U` whether one has none,
 * and `N` whether this is inside `T{`.
 */
type List<
  S extends string,
  K extends Kinds,
  M,
  V extends unknown[],
  O,
  U,
  N,
> = S extends `${infer C}${infer R}`
  ? C extends keyof M
    ? R extends `:${string}`
      ? Place<M[C], "", "", R, K, M, V, O, U, N>
      : List<R, K, M, [...V, M[C]], O, true, N>
    : C extends keyof Orders<K>
      ? List<R, K, Orders<K>[C], V, O, U, N>
      : C extends Space
        ? List<R, K, M, V, O, U, N>
        : C extends "("
          ? Shaped<R, K, M, V, O, U, N>
          : C extends "}"
            ? N extends true
              ? Parsed<Finish<V, O, U>, R, M>
              : Unknown<"}">
            : Member<S, "", K, M, V, O, U, N>
  : N extends true
    ? Invalid<"'T{' without '}'">
    : Parsed<Finish<V, O, U>, "", M>;

/** After `(`. */
type Shaped<
  S extends string,
  K extends Kinds,
  M,
  V extends unknown[],
  O,
  U,
  N,
> = S extends `${infer X})${infer R}`
  ? X extends ""
    ? Invalid<"shape without a number">
    : Ordered<R, X, K, M, V, O, U, N>
  : Invalid<"shape without ')'">;

/** A byte order may stand between the shape and the rest. */
type Ordered<
  S extends string,
  X extends string,
  K extends Kinds,
  M,
  V extends unknown[],
  O,
  U,
  N,
> = S extends `${infer C extends keyof Orders<K> | Space}${infer R}`
  ? Ordered<R, X, K, C extends keyof Orders<K> ? Orders<K>[C] : M, V, O, U, N>
  : Member<S, X, K, M, V, O, U, N>;

/** At the count of a member, of which `X` is the shape. */
type Member<S extends string, X extends string, K extends Kinds, M, V extends unknown[], O, U, N> =
  Count<S> extends [infer D extends string, infer R extends string]
    ? R extends ""
      ? Invalid<"repeat count or shape without an item">
      : R extends `T{${infer Inner}`
        ? List<Inner, K, M, [], unknown, false, true> extends infer P
          ? P extends Parsed<infer T, infer Rest extends string, infer After>
            ? Place<T, D, X, Rest, K, After, V, O, U, N>
            : P
          : never
        : R extends `x${infer Rest}`
          ? List<Rest extends `:${string}:${infer After}` ? After : Rest, K, M, V, O, U, N>
          : R extends `${infer C extends Text & keyof M}${infer Rest}`
            ? Place<M[C], "", X, Rest, K, M, V, O, U, N>
            : R extends `${Code<R>}${infer Rest}`
              ? Code<R> extends keyof M
                ? Place<M[Code<R>], D, X, Rest, K, M, V, O, U, N>
                : Unknown<Code<R>>
              : never
    : never;

/** Adds a member, of which `D` is the count, at its name. */
type Place<
  T,
  D extends string,
  X extends string,
  S extends string,
  K extends Kinds,
  M,
  V extends unknown[],
  O,
  U,
  N,
> = S extends `:${infer Name}:${infer R}`
  ? Name extends keyof O
    ? Invalid<`second field named '${Name}'`>
    : Named<Name, Nest<D extends "" | "1" ? T : T[], X>, R, K, M, V, O, U, N>
  : X extends ""
    ? D extends "0"
      ? List<S, K, M, V, O, U, N>
      : List<S, K, M, [...V, ...Repeat<T, D>], O, true, N>
    : List<S, K, M, [...V, Nest<D extends "" | "1" ? T : T[], X>], O, true, N>;

type Named<
  Name extends string,
  T,
  S extends string,
  K extends Kinds,
  M,
  V extends unknown[],
  O,
  U,
  N,
> = List<S, K, M, [...V, T], O & { [P in Name]: T }, U, N>;

/** An array for each axis of a shape. */
type Nest<T, X extends string> = X extends ""
  ? T
  : X extends `${string},${infer Inner}`
    ? Nest<T, Inner>[]
    : T[];

/** The item that a list is: an object, the only value, or all of them. */
type Finish<V extends unknown[], O, U> = V extends []
  ? []
  : U extends false
    ? { [P in keyof O]: O[P] }
    : V extends [infer T]
      ? T
      : V;
