/**
 * The value that would stand at the given place if all were sorted from the largest down.
 *
 * Workload: up to 100,000 ranks a scrape where a source has run wild; sorting objects would hold up the event loop for 60 ms.
 * Source: C. A. R. Hoare, "Algorithm 65: Find", 1961.
 *
 * @param values - Reordered.
 * @param place - From 0 to the number of values, less one.
 */
export function nthLargest(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as number) > pivot) left += 1;
      while ((values[right] as number) < pivot) right -= 1;
      if (left > right) break;
      const held = values[left] as number;
      values[left] = values[right] as number;
      values[right] = held;
      left += 1;
      right -= 1;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place] as number;
}
