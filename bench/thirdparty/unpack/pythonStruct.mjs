import struct from "python-struct";

export default (records, count) => {
  const buffer = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  return () => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const [a, b, c, d] = struct.unpackFrom("<IdHH", buffer, false, i * 16);
      sum += a + b + c + d;
    }
    return sum;
  };
};
