import { vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';

/** How a call of the program ended, and what it printed. */
export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the program in this process: starting one for each call takes most of the time of a busy machine. */
export async function called(...args: readonly string[]): Promise<Called> {
  const printed = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof printed) => (text: unknown) => {
    printed[stream] += `${String(text)}\n`;
  };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(into('stdout')),
    vi.spyOn(console, 'error').mockImplementation(into('stderr')),
  ];
  try {
    return { code: await runProgram(args), ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
