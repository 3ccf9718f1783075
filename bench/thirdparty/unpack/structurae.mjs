import { View } from "structurae";

const Row = new View().create({
  $id: "Row",
  type: "object",
  btype: "map",
  properties: {
    a: { type: "integer", btype: "uint32" },
    b: { type: "number", btype: "float64" },
    c: { type: "integer", btype: "uint16" },
    d: { type: "integer", btype: "uint16" },
  },
  required: ["a", "b", "c", "d"],
});

export default (records, count) => {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  return () => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const { a, b, c, d } = Row.decode(view, i * 16);
      sum += a + b + c + d;
    }
    return sum;
  };
};
