import { Struct } from "typed-struct";

const Row = new Struct("Row").UInt32LE("a").Float64LE("b").UInt16LE("c").UInt16LE("d").compile();

export default (records, count) => {
  const buffer = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  return () => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const { a, b, c, d } = new Row(buffer.subarray(i * 16, i * 16 + 16));
      sum += a + b + c + d;
    }
    return sum;
  };
};
