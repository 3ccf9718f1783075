/** The types of views. Compiled, not run. */
import { MemoryView, bytearray, bytes, kBuffer, memoryview } from "zerocopy";
import type { Bytes, Exporter } from "zerocopy";
import type { Same } from "./same.ts";

const doubles = memoryview(new Float64Array(4));
export const wider: MemoryView<"d"> = doubles;

const octets = memoryview(new Uint8Array(64));
const wide = octets.cast("<q");
const wideItem: bigint = wide.get(0);
const records = octets.cast("<IdHH");
const record: [number, number, number, number] = records.get(0);
const named = octets.cast("T{<I:id:d:value:4x}");
const { id, value }: { id: number; value: number } = named.get(0);
const letter: Bytes = octets.cast("c").get(0);
const friendly: number = octets.cast("float64").get(0);
const matrix = octets.cast("B", [8, 8]);
const rows: number[][] = matrix.toList();
const flat: number[] = octets.toList();
const view: Uint8Array<ArrayBuffer> = octets.asUint8Array();
const shared: Uint8Array<SharedArrayBuffer> = octets.asUint8Array<SharedArrayBuffer>();
octets.set(0, 255);
matrix.set(1, 2, 3);

// Any view is a view.
const any: MemoryView[] = [doubles, octets, wide, records, named, matrix];
declare const runtime: string;
const unknownItem: unknown = octets.cast(runtime).get(0);

// All kinds of sources.
memoryview(bytes([1]));
memoryview(bytearray(3)).set(0, 1);
memoryview(new SharedArrayBuffer(1));
memoryview(new WebAssembly.Memory({ initial: 1 }));
const exporter: Exporter = {
  [kBuffer]: () => ({ buffer: new ArrayBuffer(1), byteOffset: 0, byteLength: 1 }),
};
memoryview(exporter);
memoryview(doubles).get(0).toFixed();

// @ts-expect-error -- text owns no memory
memoryview("text");
// @ts-expect-error -- a bigint where items are numbers
doubles.set(0, 1n);
// @ts-expect-error -- a number where items are bigints
wide.set(0, 1);
// @ts-expect-error -- constructors are private
export const made = new MemoryView();
// @ts-expect-error -- read-only attribute
doubles.format = "f";

export type Checks = [
  Same<typeof doubles, MemoryView<"d", number, 1>>,
  Same<ReturnType<typeof doubles.get>, number>,
  Same<ReturnType<typeof doubles.asTypedArray>, Float64Array>,
  Same<ReturnType<typeof octets.get>, number>,
  Same<typeof matrix.ndim, 2>,
];

export {
  any,
  flat,
  friendly,
  id,
  letter,
  record,
  rows,
  shared,
  unknownItem,
  value,
  view,
  wideItem,
};
