// The system programs that tests may need, and the package that brings each.

/**
 * @typedef {'apt' | 'brew' | 'dnf'} PackageManager
 *
 * @typedef {object} SystemProgram
 * @property {string[]} commands Any of these will do: a name is looked up on the PATH, an absolute path is taken as it is.
 * @property {Partial<Record<PackageManager, string>>} packages Left out where the platform has none.
 * @property {string} [service] What apt starts of it by itself; tests start their own, so it is stopped once it was installed.
 * @property {string} home Where to get it by hand.
 */

/**
 * By the name that a package.json gives under `tradewind.needs`.
 *
 * @type {Readonly<Record<string, SystemProgram>>}
 */
export const PROGRAMS = {
  'redis-server': {
    commands: ['redis-server'],
    packages: { apt: 'redis-server', brew: 'redis', dnf: 'redis' },
    service: 'redis-server',
    home: 'https://redis.io/docs/latest/operate/oss_and_stack/install/',
  },
  openssl: {
    commands: ['openssl'],
    packages: { apt: 'openssl', brew: 'openssl', dnf: 'openssl' },
    home: 'https://openssl-library.org/source/',
  },
  'nats-server': {
    commands: ['nats-server'],
    packages: { apt: 'nats-server', brew: 'nats-server' },
    service: 'nats-server',
    home: 'https://docs.nats.io/running-a-nats-service/introduction/installation',
  },
  prometheus: {
    commands: ['prometheus'],
    service: 'prometheus',
    packages: { apt: 'prometheus', brew: 'prometheus', dnf: 'golang-github-prometheus' },
    home: 'https://prometheus.io/download/',
  },
  'prometheus-alertmanager': {
    commands: ['prometheus-alertmanager', 'alertmanager'],
    service: 'prometheus-alertmanager',
    packages: { apt: 'prometheus-alertmanager', dnf: 'golang-github-prometheus-alertmanager' },
    home: 'https://prometheus.io/download/',
  },
  chromium: {
    commands: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    packages: { apt: 'chromium', brew: '--cask google-chrome', dnf: 'chromium' },
    home: 'https://www.chromium.org/getting-involved/download-chromium/',
  },
};
