export type { ThreadPoolOptions } from './options.ts';
export { openThreadPool, type ThreadPool } from './thread-pool.ts';
export type { ThreadHandler, ThreadMeta } from './thread-task.ts';
