import { describe, expect, test } from 'vitest';
import type { TailBatch } from '../../src/dashboard/protocol/index.ts';
import { hashOf, routeOf } from '../../ui/src/state/route.ts';
import { Shortcuts } from '../../ui/src/state/shortcuts.ts';
import { EMPTY_TAIL, withBatch, withBreak, type TailState } from '../../ui/src/state/tail.ts';

describe('addresses', () => {
  test('a screen with its subject comes back from its address', () => {
    expect(routeOf(hashOf('alerts', 'a/b %'))).toEqual({ screen: 'alerts', subject: 'a/b %' });
    expect(routeOf(hashOf('tail'))).toEqual({ screen: 'tail', subject: '' });
  });

  test.each(['', '#', '#/nothing/here', '#/alerts/%E0%A4%A'])('%s leads somewhere', (hash) => {
    expect(['overview', 'alerts']).toContain(routeOf(hash).screen);
    expect(routeOf(hash).subject).toBe('');
  });
});

describe('keys', () => {
  test('g and a letter within a second go to a screen', () => {
    const keys = new Shortcuts();
    expect(keys.press('g', 0)).toBeUndefined();
    expect(keys.press('a', 900)).toEqual({ kind: 'go', screen: 'alerts' });
  });

  test('a letter alone, or too late, goes nowhere', () => {
    const keys = new Shortcuts();
    expect(keys.press('a', 0)).toBeUndefined();
    keys.press('g', 0);
    expect(keys.press('a', 1_001)).toBeUndefined();
  });

  test('single keys ask for help, search and theme', () => {
    const keys = new Shortcuts();
    expect(['?', '/', 'd'].map((key) => keys.press(key, 0)?.kind)).toEqual(['help', 'search', 'theme']);
  });
});

describe('the tail', () => {
  const batch = (topics: readonly string[], leftOut = 0, unseen = 0): TailBatch => ({
    messages: topics.map((topic) => ({
      atMs: 0,
      bus: 'risk',
      direction: 'published',
      topic,
      priority: null,
      publisher: null,
      payload: null,
      payloadCut: false,
    })),
    leftOut,
    unseen,
  });

  test('has the newest first, and counts what it does not show', () => {
    const tail = [batch(['a', 'b'], 3), batch(['c'], 0, 5)].reduce<TailState>(
      (state, one) => withBatch(state, one, false),
      EMPTY_TAIL,
    );
    expect(tail.messages.map(({ topic }) => topic)).toEqual(['c', 'b', 'a']);
    expect(tail).toMatchObject({ shown: 3, leftOut: 3, unseen: 5 });
  });

  test('stands still while it is paused, and says what it missed', () => {
    const tail = withBatch(withBatch(EMPTY_TAIL, batch(['a']), false), batch(['b', 'c'], 2), true);
    expect(tail.messages.map(({ topic }) => topic)).toEqual(['a']);
    expect(tail.leftOut).toBe(4);
  });

  test('keeps what was seen when the connection breaks off, and says so', () => {
    const tail = withBatch(withBreak(withBatch(EMPTY_TAIL, batch(['a'], 3), true)), batch(['b']), false);
    expect(tail.messages.map(({ topic }) => topic)).toEqual(['b']);
    expect(tail).toMatchObject({ shown: 1, leftOut: 4, breaks: 1 });
    expect(withBreak(withBatch(EMPTY_TAIL, batch(['a']), false)).messages).toHaveLength(1);
  });

  test('keeps 200 messages, each with a number of its own', () => {
    const full = Array.from({ length: 30 }, (_, at) => batch(Array.from({ length: 10 }, (__, one) => `${at}.${one}`)));
    const { messages } = full.reduce<TailState>((state, one) => withBatch(state, one, false), EMPTY_TAIL);
    expect(messages).toHaveLength(200);
    expect(new Set(messages.map(({ number }) => number)).size).toBe(200);
    expect(messages[0]?.topic).toBe('29.9');
  });
});
