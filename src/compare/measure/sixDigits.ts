/** Counts stay as they are; more digits of a measured time would be noise, and weigh in the report. */
export function sixDigits(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
