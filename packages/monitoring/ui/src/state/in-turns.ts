import { frames } from '../drawing/frames.ts';
import type { PartOptions } from './store.ts';

/** Of what changes with every frame from the server and takes time: it is drawn in its turn, not together with everything else that changed. */
export const IN_TURNS: PartOptions<unknown> = { turns: frames };
