import { takeLock } from '../../src/state/state-lock.ts';

/** Takes the lock at its argument, says what became of it, and lives until it is killed. Nothing here refers to the lock after it was taken. */
const [, , path = ''] = process.argv;
try {
  takeLock(path);
  globalThis.gc?.();
  process.send?.('held');
  process.once('disconnect', () => process.exit());
} catch (error) {
  process.send?.((error as { readonly code: string }).code);
}
