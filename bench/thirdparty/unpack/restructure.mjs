import * as r from "restructure";

const Row = new r.Struct({ a: r.uint32le, b: r.doublele, c: r.uint16le, d: r.uint16le });

export default (records, count) => () => {
  let sum = 0;
  const stream = new r.DecodeStream(records);
  for (let i = 0; i < count; i++) {
    const { a, b, c, d } = Row.decode(stream);
    sum += a + b + c + d;
  }
  return sum;
};
