// One contender, one workload, once: prints its metrics as a line of JSON.
// Arguments: FOLDER FILE WORKLOAD CONTENDER full|quick
import { findWorkload } from './discover.ts';
import { scaleOf } from './workload.ts';

const [folder = '', file = '', name = '', contenderName = '', size = 'full'] = process.argv.slice(2);
const workload = await findWorkload(folder, file, name);
const contender = workload.contenders[contenderName];
if (contender === undefined)
  throw new Error(`Expected one of ${Object.keys(workload.contenders).join(', ')}, got "${contenderName}".`);
const metrics = await contender(scaleOf(size === 'quick'));
process.stdout.write(`${JSON.stringify(metrics)}\n`);
// Whatever a peer keeps open is no reason to wait.
process.exit(0);
