import type { ActKind } from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import type { Permission } from '../access/permissions.ts';
import type { Body } from './body.ts';

/** One act: who does it, on what, with which words. */
export interface Acting {
  readonly by: string;
  readonly body: Body;
  readonly buses: readonly WatchedBus[];
  /** Whether who acts may see payloads, and what may quote one. */
  readonly payloads: Permission['payloads'];
}

/** What was done. */
interface Performed {
  /** What the request is answered with. */
  readonly answer: object;
  /** What came of it, for the trail of acts; empty where there is no more to say. */
  readonly detail: string;
}

/** Something that an operator may do. */
export interface Action {
  readonly act: ActKind;
  /** What its body may have besides `by`. Anything else is refused: a misspelt `pattern` must not become all. */
  readonly members: readonly string[];
  /** What it is done on, for the trail of acts. @throws MonitoringError `REQUEST_REFUSED` where the body does not say it. */
  readonly on: (body: Body) => string;
  /** Does it. Rejects with a `MonitoringError` where it cannot be done. */
  readonly perform: (acting: Acting) => Promise<Performed>;
}

/** How an action is written down: what it is answered with, and what of that the trail of acts tells. */
export interface ActionOf<Answer extends object> extends Omit<Action, 'perform'> {
  readonly run: (acting: Acting) => Answer | Promise<Answer>;
  readonly detail?: ((answer: Answer) => string) | undefined;
}

/** Makes an action. */
export function action<Answer extends object>({ run, detail, ...rest }: ActionOf<Answer>): Action {
  return {
    ...rest,
    perform: async (acting) => {
      const answer = await run(acting);
      return { answer, detail: detail?.(answer) ?? '' };
    },
  };
}
