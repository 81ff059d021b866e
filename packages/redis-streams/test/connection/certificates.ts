import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority of one test, in a temporary folder, and what it has signed. */
export interface Authority {
  /** Its certificate, as PEM. */
  readonly ca: Buffer;
  /** The files of it, for a server. */
  readonly caFile: string;
  /** A key and a certificate for 127.0.0.1 and localhost, or for another name. */
  issue(name: string, hosts?: string): { readonly keyFile: string; readonly certFile: string };
  remove(): void;
}

/** Made by openssl, valid for a day. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-tls-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  openssl('req', '-x509', ...key, '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.crt');
  return {
    ca: readFileSync(file('ca.crt')),
    caFile: file('ca.crt'),
    issue(name, hosts = 'IP:127.0.0.1,DNS:localhost') {
      openssl('req', ...key.slice(0, -2), '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
      writeFileSync(file(`${name}.ext`), `subjectAltName=${hosts}`);
      const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', `${name}.ext`];
      openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.crt`);
      return { keyFile: file(`${name}.key`), certFile: file(`${name}.crt`) };
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
