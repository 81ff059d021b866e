// Fails on an import or a dependency that goes up or sideways in the house; see floors/floors.mjs for who stands where.

import { findFloorViolations } from './floors/check.mjs';
import { ROOT } from './workspace.mjs';

const violations = findFloorViolations(ROOT);
for (const violation of violations) console.error(violation);
console.log(violations.length === 0 ? 'floors: every import goes down' : `floors: ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
