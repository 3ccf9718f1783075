import ndarray from "ndarray";

function sum(array, length) {
  let total = 0;
  for (let i = 0; i < length; i++) total += array.get(i);
  return total;
}

/** Every array in `seen` passes through the loop; then those in `measured` are summed. */
export default (seen, measured) => {
  for (let i = 0; i < 50; i++) for (const numbers of seen) sum(ndarray(numbers), numbers.length);
  const arrays = measured.map((numbers) => ndarray(numbers));
  return () => arrays.reduce((total, array) => total + sum(array, array.shape[0]), 0);
};
