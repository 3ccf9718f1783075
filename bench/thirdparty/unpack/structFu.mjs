import _ from "struct-fu";

const record = _.struct([_.uint32le("a"), _.float64le("b"), _.uint16le("c"), _.uint16le("d")]);

export default (records, count) => {
  const buffer = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  return () => {
    let sum = 0;
    const offset = { bytes: 0 }; // advanced by unpack
    for (let i = 0; i < count; i++) {
      const { a, b, c, d } = record.unpack(buffer, offset);
      sum += a + b + c + d;
    }
    return sum;
  };
};
