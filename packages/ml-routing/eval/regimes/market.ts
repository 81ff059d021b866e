import { Dice } from '../random.ts';
import type { MarketCharacter, RegimeCharacter } from './characters.ts';

/** Told of each tick. The objects are reused. */
export interface TickSink {
  quote(quote: SimulatedQuote): void;
  trade(trade: SimulatedTrade): void;
  /** All ticks of an observation have come. */
  observed?(observation: number): void;
}

export interface SimulatedQuote {
  atMs: number;
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
}

export interface SimulatedTrade {
  atMs: number;
  price: number;
  size: number;
  /** 1: a buyer took liquidity; -1: a seller. */
  side: number;
}

/** What was really going on, per observation. */
export interface Truth {
  /** Place of the regime in `MARKET_REGIMES`. */
  readonly regime: Uint8Array;
  /** 1 while a piece of news is fresh. */
  readonly news: Uint8Array;
  /** Observations in which the price jumped on news. */
  readonly newsAt: readonly number[];
}

export const START_MS = 1_704_067_200_000;
/** How long news is fresh, in observations. */
const NEWS_LASTS = 20;

/**
 * One instrument of a market that moves from regime to regime, tick by tick: a price with heavy-tailed steps and a volatility that wanders by itself, a
 * spread and a depth that breathe, bursts of trades at the bid and the ask, a tick grid, an activity that changes through the day, and news.
 */
export class SimulatedMarket {
  readonly truth: Truth;
  readonly #dice: Dice;
  readonly #character: MarketCharacter;
  readonly #observations: number;
  readonly #quote: SimulatedQuote = { atMs: 0, bid: 0, ask: 0, bidSize: 0, askSize: 0 };
  readonly #trade: SimulatedTrade = { atMs: 0, price: 0, size: 0, side: 0 };
  readonly #spells: readonly Spell[];
  readonly #base: Base;
  #price: number;
  #turbulence = 0;
  #newsAge = Infinity;

  constructor(character: MarketCharacter, seed: number, observations: number) {
    this.#character = character;
    this.#dice = new Dice(seed);
    this.#observations = observations;
    this.#base = drawBase(character, this.#dice);
    this.#price = this.#base.price;
    this.#spells = drawSpells(character, this.#dice, observations);
    const regime = new Uint8Array(observations);
    for (const { from, to, regime: place } of this.#spells) regime.fill(place, from, to);
    const newsAt: number[] = [];
    const news = new Uint8Array(observations);
    let next = character.newsEvery * (0.3 + this.#dice.next());
    for (let at = Math.floor(next); at < observations - NEWS_LASTS; at = Math.floor(next)) {
      newsAt.push(at);
      news.fill(1, at, at + NEWS_LASTS);
      next = at + 40 + this.#dice.exponential(character.newsEvery);
    }
    this.truth = { regime, news, newsAt };
  }

  /** Of an observation in normal times, one standard deviation. */
  get usualReturn(): number {
    return this.#base.volatility;
  }

  /** Plays the whole market. The same seed gives the same ticks. */
  play(sink: TickSink): void {
    const { newsAt } = this.truth;
    let spellAt = 0;
    let newsNext = 0;
    for (let observation = 0; observation < this.#observations; observation += 1) {
      if (observation >= (this.#spells[spellAt]?.to ?? Infinity)) spellAt += 1;
      const spell = this.#spells[spellAt] as Spell;
      if (observation === spell.from) spell.centre = this.#price;
      const breaking = newsAt[newsNext] === observation;
      if (breaking) newsNext += 1;
      this.#newsAge = breaking ? 0 : this.#newsAge + 1;
      this.#observe(observation, spell, breaking, sink);
      sink.observed?.(observation);
    }
  }

  // One observation: its ticks are spread over it, each a step of the price, then a quote or a trade.
  #observe(observation: number, spell: Spell, breaking: boolean, sink: TickSink): void {
    const dice = this.#dice;
    const { observationMs, tails, dayLength, dayDepth } = this.#character;
    const { volatility, quotesPer, tradesPer } = this.#base;
    const day = Math.exp(dayDepth * Math.sin((2 * Math.PI * (observation + this.#base.phase)) / dayLength));
    const excited = 1 + 1.5 * Math.exp(-this.#newsAge / 6);
    this.#turbulence = 0.97 * this.#turbulence + 0.243 * this.#character.turbulence * dice.normal();
    const burst = Math.exp(0.3 * dice.normal());
    const quotes = poisson(dice, quotesPer * spell.quotes * day * burst);
    const trades = poisson(dice, tradesPer * spell.trades * day * burst * excited);
    const ticks = Math.max(1, quotes + trades);
    const sigma =
      volatility *
      spell.volatility *
      Math.exp(this.#turbulence) *
      Math.sqrt(day) *
      (1 + 0.5 * Math.exp(-this.#newsAge / 6));
    const jump = breaking ? this.#jump(sigma) : 0;
    const jumpAt = Math.floor(dice.next() * ticks);
    for (let tick = 0; tick < ticks; tick += 1) {
      const atMs = START_MS + (observation + (tick + dice.next()) / ticks) * observationMs;
      const pull = spell.reversion * Math.log(spell.centre / this.#price);
      const step = (sigma / Math.sqrt(ticks)) * studentT(dice, tails) + (spell.drift * volatility + pull) / ticks;
      this.#price *= Math.exp(step + (tick === jumpAt ? jump : 0));
      if (tick === jumpAt && jump !== 0) spell.centre *= Math.exp(jump);
      if (dice.next() * ticks < trades) this.#emitTrade(atMs, spell, sink);
      else if (quotes > 0) this.#emitQuote(atMs, spell, excited, sink);
    }
  }

  #jump(sigma: number): number {
    const { least, most } = this.#character.newsJump;
    return (this.#dice.next() < 0.5 ? -1 : 1) * this.#dice.between(least, most) * sigma;
  }

  #spread(spell: Spell, excited: number): number {
    return this.#base.spread * spell.spread * excited * Math.exp(0.35 * this.#dice.normal());
  }

  #emitQuote(atMs: number, spell: Spell, excited: number, sink: TickSink): void {
    const quote = this.#quote;
    const { tick, depth } = this.#base;
    const half = (this.#price * this.#spread(spell, excited)) / 2;
    quote.atMs = atMs;
    quote.bid = Math.floor((this.#price - half) / tick) * tick;
    quote.ask = Math.max(quote.bid + tick, Math.ceil((this.#price + half) / tick) * tick);
    quote.bidSize = depth * spell.depth * Math.exp(0.7 * this.#dice.normal());
    quote.askSize = depth * spell.depth * Math.exp(0.7 * this.#dice.normal());
    sink.quote(quote);
  }

  #emitTrade(atMs: number, spell: Spell, sink: TickSink): void {
    const trade = this.#trade;
    const { tick, size } = this.#base;
    trade.side = this.#dice.next() < 0.5 + spell.lean ? 1 : -1;
    const half = (this.#price * this.#spread(spell, 1)) / 2;
    trade.atMs = atMs;
    trade.price = Math.max(tick, Math.round((this.#price + trade.side * half) / tick) * tick);
    trade.size = this.#dice.logNormal(size * spell.size, 1);
    sink.trade(trade);
  }
}

/** The instrument itself. */
interface Base {
  readonly price: number;
  readonly tick: number;
  readonly volatility: number;
  readonly spread: number;
  readonly depth: number;
  readonly size: number;
  readonly quotesPer: number;
  readonly tradesPer: number;
  readonly phase: number;
}

/** A regime from its beginning to its end, with figures of its own: no two are alike. */
interface Spell {
  readonly regime: number;
  readonly from: number;
  readonly to: number;
  readonly volatility: number;
  /** Per observation, in usual volatilities. */
  readonly drift: number;
  readonly reversion: number;
  readonly spread: number;
  readonly depth: number;
  readonly quotes: number;
  readonly trades: number;
  readonly size: number;
  /** How much likelier than even a buyer is. */
  readonly lean: number;
  /** What a ranging price returns to. */
  centre: number;
}

function drawBase(character: MarketCharacter, dice: Dice): Base {
  const price = dice.logBetween(0.05, 60_000);
  const volatility = dice.logBetween(character.volatility.least, character.volatility.most);
  const spread = volatility * dice.logBetween(0.3, 1.2);
  return {
    price,
    tick: price * volatility * dice.logBetween(character.tick.least, character.tick.most),
    volatility,
    spread,
    depth: dice.logBetween(0.5, 500),
    size: dice.logBetween(0.05, 50),
    quotesPer: dice.logBetween(character.quotes.least, character.quotes.most),
    tradesPer: dice.logBetween(character.trades.least, character.trades.most),
    phase: dice.next() * character.dayLength,
  };
}

function drawSpells(character: MarketCharacter, dice: Dice, observations: number): readonly Spell[] {
  const spells: Spell[] = [];
  let from = 0;
  let regime = 0;
  while (from < observations) {
    const to = Math.min(observations, from + Math.round(character.shortest + dice.exponential(character.typical)));
    spells.push(drawSpell(regime, character.regimes[regime] as RegimeCharacter, dice, { from, to }));
    from = to;
    const next = dice.next();
    // Half of the time back to normal, otherwise anything else.
    const others = [0, 1, 2, 3, 4].filter((each) => each !== regime && (regime === 0 || each !== 0));
    regime =
      regime !== 0 && next < character.backToNormal ? 0 : (others[Math.floor(dice.next() * others.length)] as number);
  }
  return spells;
}

function drawSpell(
  regime: number,
  of: RegimeCharacter,
  dice: Dice,
  { from, to }: { readonly from: number; readonly to: number },
): Spell {
  const draw = ([least, most]: readonly [number, number]): number =>
    least === most ? least : dice.between(least, most);
  const direction = dice.next() < 0.5 ? -1 : 1;
  return {
    regime,
    from,
    to,
    volatility: draw(of.volatility),
    drift: direction * draw(of.drift),
    reversion: draw(of.reversion),
    spread: draw(of.spread),
    depth: draw(of.depth),
    quotes: draw(of.quotes),
    trades: draw(of.trades),
    size: draw(of.size),
    lean: direction * draw(of.lean),
    centre: 1,
  };
}

/** Scaled to a variance of one. */
function studentT(dice: Dice, degrees: number): number {
  let squares = 0;
  for (let i = 0; i < degrees; i += 1) squares += dice.normal() ** 2;
  return (dice.normal() / Math.sqrt(squares / degrees)) * Math.sqrt((degrees - 2) / degrees);
}

function poisson(dice: Dice, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * dice.normal()));
  const limit = Math.exp(-mean);
  let product = dice.next();
  let count = 0;
  for (; product > limit; count += 1) product *= dice.next();
  return count;
}
