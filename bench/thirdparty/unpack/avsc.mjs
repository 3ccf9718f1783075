// Avro's integers have variable length, so this peer reads its own encoding of the same values.
import avro from "avsc";

const type = avro.Type.forSchema({
  type: "record",
  name: "Row",
  fields: [
    { name: "a", type: "long" },
    { name: "b", type: "double" },
    { name: "c", type: "int" },
    { name: "d", type: "int" },
  ],
});

export default (records, count) => {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const encoded = Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      type.toBuffer({
        a: view.getUint32(i * 16, true),
        b: view.getFloat64(i * 16 + 4, true),
        c: view.getUint16(i * 16 + 12, true),
        d: view.getUint16(i * 16 + 14, true),
      }),
    ),
  );
  return () => {
    let sum = 0;
    for (let i = 0, position = 0; i < count; i++) {
      const { value, offset } = type.decode(encoded, position);
      sum += value.a + value.b + value.c + value.d;
      position = offset;
    }
    return sum;
  };
};
