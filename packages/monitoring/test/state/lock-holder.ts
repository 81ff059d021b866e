import { takeLock } from '../../src/state/state-lock.ts';

/** Takes the lock at its argument, says what became of it, and lives until it is killed. */
const [, , path = ''] = process.argv;
try {
  const unlock = takeLock(path);
  process.send?.('held');
  process.once('disconnect', unlock);
} catch (error) {
  process.send?.((error as { readonly code: string }).code);
}
