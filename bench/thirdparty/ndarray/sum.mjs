import ndarray from "ndarray";

export default (numbers) => {
  const array = ndarray(numbers);
  return () => {
    let sum = 0;
    for (let i = 0; i < numbers.length; i++) sum += array.get(i);
    return sum;
  };
};
