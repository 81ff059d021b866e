/** Notes that a plugin chooses no path and has to know the one that was chosen: it stands after those that choose. A routing plugin shows no member for that itself. */
export function watchesPaths(plugin: object): void {
  WATCHERS.add(plugin);
}

/** Whether a plugin has to stand after the one that chooses the path. */
export function isPathWatcher(plugin: object): boolean {
  return WATCHERS.has(plugin);
}

const WATCHERS = new WeakSet();
