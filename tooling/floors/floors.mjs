// The floors of the house: imports go strictly downward. A new package gets its line here.

/** Floor by folder. A package may use packages of lower floors; floor 2 uses only floor 0, so that it meets others through the contracts. */
export const FLOORS = new Map([
  ['packages/core-types', 0],
  ['packages/core', 1],
  ['packages/adapters', 2],
  ['packages/arbitrage-routing', 2],
  ['packages/config', 2],
  ['packages/conformance', 2],
  ['packages/engines', 2],
  ['packages/ml-routing', 2],
  ['packages/monitoring', 2],
  ['packages/optimization', 2],
  ['packages/redis-streams', 2],
  ['packages/benchmarks', 3],
  ['packages/kernel', 3],
  ['apps/demo', 4],
  ['examples', 4],
]);

/** Floors that use nothing but floor 0. */
export const CONTRACTS_ONLY_FLOORS = new Set([2]);

/** The suites that a package's tests run; a dev dependency of any floor above core's, though it stands on floor 2 itself. */
export const TEST_SUITES = 'packages/conformance';
