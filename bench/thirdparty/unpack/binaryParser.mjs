import { Parser } from "binary-parser";

const parser = new Parser().endianess("little").uint32("a").doublele("b").uint16("c").uint16("d");

export default (records, count) => () => {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const { a, b, c, d } = parser.parse(records.subarray(i * 16));
    sum += a + b + c + d;
  }
  return sum;
};
