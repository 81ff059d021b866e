/** What a thread of the pool runs: nothing ever comes. */
export function handler(): void {}
