import type { LabelMatch, LabelsMatch } from '../../history/series-store.ts';
import type { AlertChanged, Done, SilenceMade } from '../protocol/index.ts';
import { alertDesksOf } from '../snapshot/alerts.ts';
import type { AlertDesk } from '../sources/faces.ts';
import { action, type Acting, type Action } from './acting.ts';
import { missing, refused } from './body.ts';

export const acknowledge: Action = action({
  act: 'acknowledge',
  members: ['id', 'note', 'forMs'],
  on: (body) => `alert ${body.text('id')}`,
  run: acknowledged,
});

export const escalate: Action = action({
  act: 'escalate',
  members: ['id'],
  on: (body) => `alert ${body.text('id')}`,
  run: escalated,
});

/** With several desks the first one keeps it: they share no silences. */
export const silence: Action = action({
  act: 'silence',
  members: ['match', 'forMs', 'reason'],
  on: (body) => `alerts with ${JSON.stringify(matchOf(body.raw('match')))}`,
  run: silenced,
  detail: ({ silence: made }) => `silence ${made.id}`,
});

export const expireSilence: Action = action({
  act: 'expire-silence',
  members: ['id'],
  on: (body) => `silence ${body.text('id')}`,
  run: silenceExpired,
});

function acknowledged({ by, body, buses }: Acting): AlertChanged {
  const id = body.text('id');
  const request = { by, note: body.optionalText('note'), forMs: body.optionalNumber('forMs') };
  return { ok: true, alert: deskOfAlert(alertDesksOf(buses), id).acknowledge(id, request) };
}

function escalated({ by, body, buses }: Acting): AlertChanged {
  const id = body.text('id');
  return { ok: true, alert: deskOfAlert(alertDesksOf(buses), id).escalate(id, by) };
}

function silenced({ by, body, buses }: Acting): SilenceMade {
  const match = matchOf(body.raw('match'));
  const forMs = body.optionalNumber('forMs');
  if (forMs === undefined) throw refused('forMs', 'a time in milliseconds', 'none');
  const request = { match, forMs, by, reason: body.optionalText('reason') ?? '' };
  const [first] = alertDesksOf(buses);
  if (first === undefined) throw missing('alerts');
  return { ok: true, silence: first.silence(request) };
}

function silenceExpired({ by, body, buses }: Acting): Done {
  const id = body.text('id');
  if (!alertDesksOf(buses).some((desk) => desk.endSilence(id, by))) throw missing(`the silence ${id}`);
  return { ok: true };
}

function deskOfAlert(desks: readonly AlertDesk[], id: string): AlertDesk {
  const desk = desks.find((one) => one.alerts().some((alert) => alert.id === id));
  if (desk === undefined) throw missing(`the alert ${id}`);
  return desk;
}

function matchOf(value: unknown): LabelsMatch {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused('match', 'labels and what they must be', 'something else');
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_LABELS || !entries.every(([label, match]) => isLabelMatch(label, match))) {
    throw refused('match', `at most ${MAX_LABELS} labels with texts, or with not, oneOf, noneOf`, 'something else');
  }
  return Object.fromEntries(entries) as LabelsMatch;
}

function isLabelMatch(label: string, match: unknown): match is LabelMatch {
  if (label === '' || label === '__proto__') return false;
  if (typeof match === 'string') return true;
  if (typeof match !== 'object' || match === null || Object.keys(match).length !== 1) return false;
  const { not, oneOf, noneOf } = match as Readonly<Record<string, unknown>>;
  return typeof not === 'string' || isTexts(oneOf) || isTexts(noneOf);
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === 'string');
}

const MAX_LABELS = 20;
