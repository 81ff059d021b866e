import type { CommandPort } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';
import type { Keys } from '../keys.ts';
import { list } from '../consuming/replies.ts';
import { buryScript } from '../scripts/dead-letters.ts';
import { packLetter, type UnwrittenLetter } from './letter-format.ts';

/** Puts messages aside for good. What it has written outlives the processes; what it could not write it says. */
export class DeadLetterWriter {
  readonly #commands: CommandPort;
  readonly #keys: Keys;
  readonly #maxLetters: number;

  constructor(options: { readonly commands: CommandPort; readonly keys: Keys; readonly maxLetters: number }) {
    this.#commands = options.commands;
    this.#keys = options.keys;
    this.#maxLetters = options.maxLetters;
  }

  /**
   * Writes one letter. A call whose answer is lost may have written it, so that a second try may write it twice: a dead letter
   * too many rather than one too few.
   *
   * @throws RedisTransportError `TRANSPORT_FULL` when there is no room for it; otherwise what Redis or the connection says.
   */
  async write(letter: UnwrittenLetter): Promise<void> {
    const ids = list(await this.#commands.run(buryScript, [this.#keys.dead], [this.#maxLetters, packLetter(letter)]));
    if (ids.length > 0) return;
    throw new RedisTransportError('TRANSPORT_FULL', {
      message: `Expected room among the dead letters, and there are ${this.#maxLetters} of them.`,
      hint: 'Retry or purge some, or raise maxDeadLetters.',
      retryable: true,
      mayHaveBeenStored: false,
    });
  }
}
