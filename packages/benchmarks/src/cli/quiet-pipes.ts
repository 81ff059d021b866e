import { errorCode } from '@tradewind/core-types';

/** Ends the program without a word when whoever read its output has gone, `head` for example: what is printed then reaches nobody. */
export function endWithItsReader(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error) => {
      if (errorCode(error) !== 'EPIPE') throw error;
      process.exit(1);
    });
  }
}
