import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOf, admit, loginCookie, visitorOf, type Admitted, type GateSettings } from './access/gate.ts';
import type { Logins, TokenRefused } from './access/logins.ts';
import type { Visitor } from './access/permissions.ts';
import type { Acting, Action } from './actions/acting.ts';
import { ACTIONS } from './actions/actions.ts';
import { Body, readBody } from './actions/body.ts';
import { SAFE_HEADERS, answerJson, answerRefusal, jsonSafe, notFound } from './answering/answer.ts';
import { answerRead, busOf, type ReadContext } from './answering/reads.ts';
import { refusal, refusalOf, type Refusal } from './answering/refusal.ts';
import { Parameters } from './answering/parameters.ts';
import type { Assets } from './assets.ts';
import { sessionOf } from './snapshot/session.ts';
import type { Streams } from './streaming/streams.ts';
import type { Tail } from './tail/tail.ts';

/** Everything that requests are answered from. */
export interface HandlerParts {
  readonly gate: GateSettings;
  readonly logins: Logins;
  readonly context: ReadContext;
  readonly streams: Streams;
  readonly tail: Tail;
  readonly assets: Assets;
}

/** Answers the requests of one dashboard. No request makes it throw, reject, or end the process. */
export class Handler {
  readonly #parts: HandlerParts;

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    // A client that goes while it is answered is no fault of the process.
    response.on('error', () => undefined);
    this.#answer(request, response).catch((error: unknown) => {
      const answer = refusalOf(error);
      if (answer.code === 'FAILED') this.#log('dashboard.request-failed', error);
      if (response.headersSent) response.destroy();
      else answerRefusal(response, answer);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { gate } = this.#parts;
    const admitted = admit(request, gate);
    if ('code' in admitted) return answerRefusal(response, admitted);
    const { path } = admitted;
    if (!path.startsWith('/api/')) return this.#page(path, request, response);
    if (request.method === 'POST' && path === '/api/login') return this.#login(request, response);
    const visitor = visitorOf(request, gate);
    if (visitor === undefined) return answerRefusal(response, this.#loginRequired());
    if (typeof visitor === 'string') return answerRefusal(response, wrongToken(visitor));
    if (request.method === 'POST') return this.#act(path, visitor, { request, response });
    if (request.method === 'HEAD' && STREAMS.has(path)) {
      return answerRefusal(
        response,
        refusal('METHOD_NOT_ALLOWED', 'Expected GET for a stream.', 'Nothing was opened.'),
      );
    }
    if (path === '/api/stream') return this.#stream(admitted, visitor, response);
    if (path === '/api/tail') return this.#tail(admitted, visitor, response);
    const { context } = this.#parts;
    const answer = await answerRead(path, admitted.query, { visitor, context });
    if (answer === undefined) return answerRefusal(response, notFound(path));
    return answerJson(response, 200, answer);
  }

  /** The page has no secrets: it is there before the login, which it asks for. */
  async #page(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { assets, gate } = this.#parts;
    if (request.method === 'POST') return answerRefusal(response, notFound(path));
    if (path === '/' && !(request.url ?? '').split('?', 1)[0]?.endsWith('/')) {
      // Without the slash at the end the files of the page would be looked for beside the prefix.
      response.writeHead(308, { ...SAFE_HEADERS, location: `${gate.prefix}/`, 'content-length': 0 });
      response.end();
      return;
    }
    const name = path === '/' ? 'index.html' : path.startsWith(ASSETS) ? path.slice(ASSETS.length) : '';
    if (!(await assets.answer(name, request, response))) answerRefusal(response, notFound(path));
  }

  async #login(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { gate, logins, context } = this.#parts;
    const body = await this.#body(request);
    if ('code' in body) return answerRefusal(response, body);
    body.only(['token']);
    const found = logins.identify(body.text('token'), addressOf(request));
    if (typeof found === 'string') return answerRefusal(response, wrongToken(found));
    const login = logins.login(found);
    const { settings, buses, version } = context;
    const session = sessionOf(login.visitor, buses, {
      version,
      nowMs: settings.clock.now(),
      frameEveryMs: settings.frameEveryMs,
    });
    answerJson(response, 200, session, { 'set-cookie': loginCookie(request, gate, login.secret) });
  }

  async #act(
    path: string,
    visitor: Visitor,
    { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  ): Promise<void> {
    const { gate, logins, context, streams } = this.#parts;
    const action = ACTIONS.get(path);
    if (path !== '/api/logout' && action === undefined) return answerRefusal(response, notFound(path));
    if (action !== undefined && visitor.role !== 'operator') {
      return answerRefusal(response, refusal('FORBIDDEN', 'Expected an operator.', 'Log in as one.'));
    }
    const body = await this.#body(request);
    if ('code' in body) return answerRefusal(response, body);
    if (action === undefined) {
      logins.logout(visitor);
      streams.review();
      return answerJson(response, 200, { ok: true }, { 'set-cookie': loginCookie(request, gate, undefined) });
    }
    body.only(action.members);
    const { buses } = context;
    const acting = { by: body.by(visitor), body, buses, payloads: visitor.payloads };
    answerJson(response, 200, await this.#perform(action, acting));
  }

  /** Whatever comes of an act is told to everybody who looks. A body that does not say what is meant is no act. */
  async #perform(action: Action, acting: Acting): Promise<object> {
    const { acts, live, settings } = this.#parts.context;
    const row = { atMs: settings.clock.now(), by: acting.by, act: action.act, on: bounded(action.on(acting.body)) };
    try {
      const { answer, detail } = await action.perform(acting);
      acts.add({ ...row, result: 'done', detail: bounded(detail) });
      return answer;
    } catch (error) {
      const { code, message } = refusalOf(error);
      const isRefused = code !== 'FAILED';
      acts.add({ ...row, result: isRefused ? 'refused' : 'failed', detail: isRefused ? bounded(message) : '' });
      throw error;
    } finally {
      live.changed();
    }
  }

  async #body(request: IncomingMessage): Promise<Body | Refusal> {
    const text = await readBody(request);
    if (typeof text === 'string') return new Body(text);
    if (text.fault === 'too-large') return refusal('BODY_TOO_LARGE', 'Expected at most 64 kB.', 'Send less at once.');
    return refusal('INVALID_REQUEST', 'Expected a whole body, and it broke off.', 'Send it again.');
  }

  #stream({ query }: Admitted, visitor: Visitor, response: ServerResponse): void {
    const { context, streams } = this.#parts;
    const bus = busOf(context.buses, new Parameters(query).text('bus'));
    if (!streams.hasRoom) return answerRefusal(response, tooManyViewers());
    context.live.open(response, visitor, bus);
  }

  #tail({ query }: Admitted, visitor: Visitor, response: ServerResponse): void {
    const { context, streams, tail } = this.#parts;
    const parameters = new Parameters(query);
    const bus = busOf(context.buses, parameters.text('bus'));
    const perSecond = parameters.integer('perSecond', 20, [1, 200]);
    if (!streams.hasRoom || tail.viewers >= MAX_TAILS) return answerRefusal(response, tooManyViewers());
    const request = { pattern: parameters.text('pattern') ?? '*', perSecond, payloads: visitor.payloads };
    const watching = tail.watch(bus, request, (batch) => stream.send('messages', JSON.stringify(batch, jsonSafe)));
    const stream = streams.open(response, visitor, () => watching[Symbol.dispose]());
  }

  #loginRequired(): Refusal {
    const { logins } = this.#parts;
    const hint = logins.areNeeded
      ? 'POST the token to /api/login, or send it as Authorization: Bearer.'
      : 'Give `tokens` to the dashboard: without them it is for this machine alone, and not through a proxy.';
    return refusal('LOGIN_REQUIRED', 'Expected somebody who is logged in.', hint);
  }

  #log(event: string, error: unknown): void {
    this.#parts.context.settings.logger.error({ event, error }, 'A request to the dashboard failed.');
  }
}

function wrongToken(refused: TokenRefused): Refusal {
  if (refused === 'wrong') return refusal('WRONG_TOKEN', 'Expected a token of this dashboard.', 'Ask whoever runs it.');
  return refusal(
    'TOO_MANY_ATTEMPTS',
    'Expected a token of this dashboard, and many wrong ones came.',
    'Ask whoever runs it.',
  );
}

function bounded(text: string): string {
  return text.length > MAX_TOLD_CHARACTERS ? `${text.slice(0, MAX_TOLD_CHARACTERS)}…` : text;
}

function tooManyViewers(): Refusal {
  return refusal('TOO_MANY_VIEWERS', 'Expected fewer streams: as many as may be are open.', 'Close another page.');
}

/** Of what an act was done on, and of what came of it. */
const MAX_TOLD_CHARACTERS = 500;
const ASSETS = '/assets/';
/** Without a body these would only be held open. */
const STREAMS: ReadonlySet<string> = new Set(['/api/stream', '/api/tail']);
/** Each is a comparison for every message that is looked at. */
const MAX_TAILS = 8;
