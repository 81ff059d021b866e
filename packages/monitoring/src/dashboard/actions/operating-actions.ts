import type { Done, RemedyRun } from '../protocol/index.ts';
import type { RemedyDesk } from '../sources/faces.ts';
import { action, type Acting, type Action } from './acting.ts';
import { missing } from './body.ts';

/** Runs a remedy now, whether or not remedies run on their own. */
export const runRemedy: Action = action({
  act: 'run-remedy',
  members: ['bus', 'component', 'remedy'],
  on: (body) => `${body.text('component')} of ${body.text('bus')}, remedy ${body.text('remedy')}`,
  run: remedyRun,
  detail: ({ entry }) => entry.result,
});

/** From now on remedies run on their own, or are only written down. */
export const enableRemediation: Action = action({
  act: 'enable-remediation',
  members: ['bus', 'enabled'],
  on: (body) => `remediation of ${body.text('bus')}, ${body.boolean('enabled') ? 'on' : 'off'}`,
  run: remediationEnabled,
});

/** Closes the circuit of a rule that rests on a component. */
export const closeCircuit: Action = action({
  act: 'close-circuit',
  members: ['bus', 'rule', 'component'],
  on: (body) => `${body.text('component')} of ${body.text('bus')}, rule ${body.text('rule')}`,
  run: circuitClosed,
});

/** Takes back what was decided on its own. */
export const undoDecision: Action = action({
  act: 'undo-decision',
  members: ['bus', 'source', 'id'],
  on: (body) => `${body.text('source')} of ${body.text('bus')}, decision ${body.text('id')}`,
  run: decisionUndone,
});

async function remedyRun(acting: Acting): Promise<RemedyRun> {
  const { body, by } = acting;
  const entry = await deskOf(acting).run(body.text('component'), body.text('remedy'), by);
  return { ok: true, entry };
}

function remediationEnabled(acting: Acting): Done {
  deskOf(acting).enable(acting.body.boolean('enabled'), acting.by);
  return { ok: true };
}

function circuitClosed(acting: Acting): RemedyRun {
  const { body, by } = acting;
  const entry = deskOf(acting).resetCircuit({ rule: body.text('rule'), component: body.text('component'), by });
  return { ok: true, entry };
}

function decisionUndone({ body, buses }: Acting): Done {
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
