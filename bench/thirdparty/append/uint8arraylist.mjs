import { Uint8ArrayList } from "uint8arraylist";

export default (chunks, laps) => () => {
  const grown = new Uint8ArrayList();
  for (let lap = 0; lap < laps; lap++) for (const chunk of chunks) grown.append(chunk);
  return () => grown.subarray();
};
