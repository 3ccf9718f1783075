/** One column of records of the layout `<IdHH`, 16 bytes, as a view. */
import { memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Case, OpenCase, Run } from "../case.ts";
import { randomRecords } from "../corpus.ts";

const count = 16_384;
const format = "<IdHH";
const recordBytes = 16;

function sumItems(view: MemoryView<string, number>): Run {
  return () => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += view.get(i);
    return sum;
  };
}

function openColumn(): OpenCase {
  const records = randomRecords(1, count);
  const dataView = new DataView(records.buffer);
  const column = Float64Array.from({ length: count }, (_, i) => {
    return dataView.getFloat64(i * recordBytes + 4, true);
  });
  return {
    items: count,
    expected: column.reduce((sum, value) => sum + value, 0),
    subjects: {
      zerocopy() {
        return sumItems(memoryview(records).cast(format).field(1) as MemoryView<string, number>);
      },
      "zerocopy contiguous": () => sumItems(memoryview(column)),
      DataView: () => () => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += dataView.getFloat64(i * recordBytes + 4, true);
        return sum;
      },
    },
  };
}

const column: Case = {
  name: "field-column",
  item: "get(i)",
  measure: "time",
  bars: [{ subject: "zerocopy", against: ["zerocopy contiguous"], max: 1.5 }],
  open: openColumn,
};

const columnGarbage: Case = {
  name: "allocated-field-column",
  item: "get(i)",
  measure: "allocated",
  // The smallest object has 12 bytes: this is less than one in a thousand items.
  bars: [{ subject: "zerocopy", max: 0.01 }],
  open: openColumn,
};

export const cases: readonly Case[] = [column, columnGarbage];
