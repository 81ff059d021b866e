import { errorCode } from '@tradewind/core-types';
import { BenchmarkError } from '../errors.ts';

/**
 * Loads a contender's package, which is an optional peer: whoever compares with it installs it.
 *
 * @throws BenchmarkError `MISSING_PEER` when it is not installed.
 */
export async function importPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new BenchmarkError('MISSING_PEER', {
      message: `Not installed: ${name}, an optional peer.`,
      hint: `Install it with npm install --save-dev ${name}, or leave out what needs it.`,
      cause: error,
    });
  }
}
