import { BufferList } from "bl";

export default (chunks, laps) => () => {
  const grown = new BufferList();
  for (let lap = 0; lap < laps; lap++) for (const chunk of chunks) grown.append(chunk);
  return () => grown.slice();
};
