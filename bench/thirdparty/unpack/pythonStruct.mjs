import struct from "python-struct";

export default (records, count) => {
  const buffer = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  return () => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const tuple = struct.unpackFrom("<IdHH", buffer, false, i * 16);
      sum += tuple[0] + tuple[1] + tuple[2] + tuple[3];
    }
    return sum;
  };
};
