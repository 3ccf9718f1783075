/** Formats as types: what an item is, which typed array shows it, which format a source has. */
import type { Exporter } from "./protocol.ts";

export type Item<F extends string> = F extends string ? unknown : never;
export type FormatOf<S> = S extends Exporter ? string : "B";
export type TypedArrayOf<F extends string> = F extends string ? ArrayBufferView : never;
