import type { DashboardScreen } from '../../../src/dashboard/protocol/index.ts';

/** Where in the page somebody is: `#/alerts/2f…` is the screen `alerts` with the subject `2f…`. */
export interface Route {
  readonly screen: DashboardScreen;
  readonly subject: string;
}

/** In the order of the navigation. */
export const SCREENS: readonly { readonly screen: DashboardScreen; readonly title: string; readonly key: string }[] = [
  { screen: 'overview', title: 'Overview', key: 'o' },
  { screen: 'topics', title: 'Topics', key: 't' },
  { screen: 'transports', title: 'Transports', key: 'p' },
  { screen: 'venues', title: 'Venues', key: 'v' },
  { screen: 'routing', title: 'Routing', key: 'r' },
  { screen: 'alerts', title: 'Alerts', key: 'a' },
  { screen: 'health', title: 'Health', key: 'h' },
  { screen: 'optimizer', title: 'Optimizer', key: 'z' },
  { screen: 'tail', title: 'Message tail', key: 'm' },
];

/** What the part of an address behind `#` names; anything unknown is the overview. */
export function routeOf(hash: string): Route {
  const [, name = '', ...rest] = hash.replace(/^#/, '').split('/');
  const found = SCREENS.find(({ screen }) => screen === name);
  return { screen: found?.screen ?? 'overview', subject: found === undefined ? '' : decoded(rest.join('/')) };
}

/** The address of a screen, to be linked to. */
export function hashOf(screen: DashboardScreen, subject = ''): string {
  return subject === '' ? `#/${screen}` : `#/${screen}/${encodeURIComponent(subject)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
