import { SmartBuffer } from "smart-buffer";

export default (chunks, laps) => () => {
  const grown = new SmartBuffer();
  for (let lap = 0; lap < laps; lap++) for (const chunk of chunks) grown.writeBuffer(chunk);
  return () => grown.toBuffer();
};
