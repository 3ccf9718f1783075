/**
 * Records of the layout `<IdHH`, 16 bytes, as tuples. Every subject takes the values in the way that is
 * cheapest for it: by index from a tuple, by name from an object. To destructure an array that a function
 * has returned costs 15 ns more, whoever made it.
 */
import { memoryview } from "zerocopy";
import { Struct } from "zerocopy/struct";
import type { Case, Run } from "../case.ts";
import { randomRecords } from "../corpus.ts";
import { peer } from "../package.ts";

const count = 16_384;
const format = "<IdHH";
const recordBytes = 16;

type Tuple = readonly [number, number, number, number];

const peers = {
  avsc: "unpack/avsc",
  "binary-parser": "unpack/binaryParser",
  "buffer-backed-object": "unpack/bufferBackedObject",
  "python-struct": "unpack/pythonStruct",
  restructure: "unpack/restructure",
  "struct-fu": "unpack/structFu",
  structurae: "unpack/structurae",
  "typed-struct": "unpack/typedStruct",
};

const unpack: Case = {
  name: "unpack",
  item: "record",
  measure: "time",
  bars: [
    { subject: "zerocopy", against: Object.keys(peers), max: 1 / 2 },
    { subject: "zerocopy", against: ["cpython"], max: 1 / 5 },
  ],
  open() {
    const records = randomRecords(1, count);
    const dataView = new DataView(records.buffer);
    const record = (offset: number): Tuple => [
      dataView.getUint32(offset, true),
      dataView.getFloat64(offset + 4, true),
      dataView.getUint16(offset + 12, true),
      dataView.getUint16(offset + 14, true),
    ];
    const sumAll = (tupleAt: (offset: number) => Tuple): Run => {
      return () => {
        let sum = 0;
        for (let offset = 0; offset < records.length; offset += recordBytes) {
          const tuple = tupleAt(offset);
          sum += tuple[0] + tuple[1] + tuple[2] + tuple[3];
        }
        return sum;
      };
    };
    return {
      items: count,
      expected: sumAll(record)(),
      subjects: {
        zerocopy() {
          const struct = new Struct(format);
          return sumAll((offset) => struct.unpackFrom(records, offset));
        },
        "zerocopy destructured"() {
          const struct = new Struct(format);
          return () => {
            let sum = 0;
            for (let offset = 0; offset < records.length; offset += recordBytes) {
              const [a, b, c, d] = struct.unpackFrom(records, offset);
              sum += a + b + c + d;
            }
            return sum;
          };
        },
        "zerocopy of a view"() {
          const struct = new Struct(format);
          const view = memoryview(records);
          return sumAll((offset) => struct.unpackFrom(view, offset));
        },
        "zerocopy iterUnpack"() {
          const struct = new Struct(format);
          return () => {
            let sum = 0;
            for (const tuple of struct.iterUnpack(records)) {
              sum += tuple[0] + tuple[1] + tuple[2] + tuple[3];
            }
            return sum;
          };
        },
        "zerocopy cast and get"() {
          const view = memoryview(records).cast(format);
          return sumAll((offset) => view.get(offset / recordBytes));
        },
        "DataView by hand": () => sumAll(record),
        ...Object.fromEntries(
          Object.entries(peers).map(([name, module]) => [name, peer(module, records, count)]),
        ),
        cpython: { python: "unpack_from", input: records },
      },
    };
  },
};

export const cases: readonly Case[] = [unpack];
