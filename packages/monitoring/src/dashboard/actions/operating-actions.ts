import type { Done, RemedyRun } from '../protocol/index.ts';
import type { RemedyDesk } from '../sources/faces.ts';
import type { Acting } from './acting.ts';
import { missing } from './body.ts';

/** Runs a remedy now, whether or not remedies run on their own. */
export async function runRemedy(acting: Acting): Promise<RemedyRun> {
  const { body, by } = acting;
  const entry = await deskOf(acting).run(body.text('component'), body.text('remedy'), by);
  return { ok: true, entry };
}

/** From now on remedies run on their own, or are only written down. */
export function enableRemediation(acting: Acting): Done {
  deskOf(acting).enable(acting.body.boolean('enabled'));
  return { ok: true };
}

/** Takes back what was decided on its own. */
export function undoDecision({ body, buses }: Acting): Done {
  const source = body.text('source');
  const id = body.text('id');
  const undoable = buses
    .find(({ name }) => name === body.text('bus'))
    ?.faces()
    .undoable.get(source);
  if (undoable === undefined || !undoable.decisions().some((decision) => decision.id === id)) {
    throw missing(`the decision ${id} of ${source}`);
  }
  undoable.undo(id);
  return { ok: true };
}

function deskOf({ body, buses }: Acting): RemedyDesk {
  const name = body.text('bus');
  const desk = buses.find((bus) => bus.name === name)?.faces().remedyDesk;
  if (desk === undefined) throw missing(`a remediator of ${name}`);
  return desk;
}
