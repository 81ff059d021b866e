import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, type ServerProcess } from './server-process.ts';

/** A real Prometheus over the folder `data` of a folder, with a configuration. */
export async function startPrometheus(
  folder: string,
  config: string,
  more: readonly string[] = [],
): Promise<ServerProcess> {
  const configPath = join(folder, 'prometheus.yml');
  writeFileSync(configPath, config);
  const port = await freePort();
  const args = [
    `--config.file=${configPath}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--storage.tsdb.retention.time=10y',
    `--web.listen-address=127.0.0.1:${port}`,
    // What it sends before it knows of the Alertmanager is lost; a minute, the default, is long to wait for the next time.
    '--rules.alert.resend-delay=1s',
    '--log.level=error',
    ...more,
  ];
  return startServer('prometheus', args, { port, readyPath: '/-/ready' });
}

/** A real Alertmanager with a configuration. */
export async function startAlertmanager(folder: string, config: string): Promise<ServerProcess> {
  const configPath = join(folder, 'alertmanager.yml');
  writeFileSync(configPath, config);
  const port = await freePort();
  const args = [
    `--config.file=${configPath}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ];
  const command = existsSync('/usr/bin/prometheus-alertmanager') ? 'prometheus-alertmanager' : 'alertmanager';
  return startServer(command, args, { port, readyPath: '/-/ready' });
}

/** Runs promtool. @returns What it wrote. @throws where it found something. */
export function promtool(args: readonly string[], folder?: string): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, {
    encoding: 'utf8',
    maxBuffer: 64e6,
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`promtool ${args.slice(0, 3).join(' ')}: ${stdout}${stderr}`.slice(0, 8_000));
  return stdout;
}
