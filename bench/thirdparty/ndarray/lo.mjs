import ndarray from "ndarray";

export default (bytes, count, length) => {
  const array = ndarray(bytes);
  const sink = Array.from({ length: 1024 }, () => array);
  return () => {
    for (let i = 0; i < count; i++) sink[i & 1023] = array.hi(i + length).lo(i);
    return sink.reduce((sum, view) => sum + view.shape[0], 0);
  };
};
