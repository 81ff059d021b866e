import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A shell that outlives its parent just long enough to clean up behind it. It reads `add PID` and `remove PID` from its
 * standard input. When that ends, because the parent closed it or died in whatever way, it kills what is left and removes the folder.
 * It ignores the signals of a terminal, which reach a whole group of processes at once.
 */
const SCRIPT = `
trap '' INT TERM HUP
pids=' '
while read -r word pid; do
  case "$word" in
    add) pids="$pids$pid " ;;
    remove) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
rm -rf "$1"
`;

/** Sees to it that servers and their folder are gone when this process is, even after `kill -9`. */
export class Guardian {
  readonly #shell: ChildProcess;

  /** @param directory - Removed, with everything in it, when the guardian ends. */
  constructor(directory: string) {
    this.#shell = spawn('sh', ['-c', SCRIPT, 'guardian', directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // A process that has nothing else to do may end: the guardian then does its work.
    this.#shell.unref();
    this.#shell.stdin?.on('error', () => undefined);
    if (this.#shell.stdin !== null && 'unref' in this.#shell.stdin) (this.#shell.stdin as { unref(): void }).unref();
  }

  add(pid: number): void {
    this.#shell.stdin?.write(`add ${pid}\n`);
  }

  remove(pid: number): void {
    this.#shell.stdin?.write(`remove ${pid}\n`);
  }

  /** Kills what is left, removes the folder, and resolves when that is done. Calling it again does nothing. */
  async end(): Promise<void> {
    if (this.#shell.exitCode !== null || this.#shell.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#shell.once('exit', resolve));
    this.#shell.ref();
    this.#shell.stdin?.end();
    await gone;
  }
}
