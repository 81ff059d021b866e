/**
 * The determinant of a square matrix of integers, exactly (Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian
 * elimination", Mathematics of Computation 22, 1968): every division comes out even. One, for a matrix without rows.
 */
export function determinantOf(matrix: readonly (readonly bigint[])[]): bigint {
  const rows = matrix.map((row) => [...row]);
  const size = rows.length;
  let [sign, previous] = [1n, 1n];
  for (let k = 0; k < size; k += 1) {
    const pivotRow = rows.findIndex((row, index) => index >= k && row[k] !== 0n);
    if (pivotRow < 0) return 0n;
    if (pivotRow !== k) {
      [rows[k], rows[pivotRow]] = [rows[pivotRow] as bigint[], rows[k] as bigint[]];
      sign = -sign;
    }
    const top = rows[k] as bigint[];
    const pivot = top[k] as bigint;
    for (const row of rows.slice(k + 1)) {
      const factor = row[k] as bigint;
      for (let j = k; j < size; j += 1) {
        row[j] = ((row[j] as bigint) * pivot - factor * (top[j] as bigint)) / previous;
      }
    }
    previous = pivot;
  }
  return sign * previous;
}
