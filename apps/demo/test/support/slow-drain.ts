import { runCommandLine } from '../../src/command-line.ts';

/** The demo with one subscriber more, which is still busy with its first quote long after the market has stopped. */
process.exitCode = await runCommandLine(process.argv.slice(2), {
  onComposed: ({ bus }) => {
    let isFirst = true;
    bus.subscribe('data.quotes.*', async () => {
      if (!isFirst) return;
      isFirst = false;
      await new Promise((resolve) => {
        setTimeout(resolve, 30_000);
      });
    });
  },
});
