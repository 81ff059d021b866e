import { Observation } from '../../src/regimes/observation.ts';
import type { SimulatedMarket } from './market.ts';

/** Plays a market and hands over each observation when it has ended; it is written anew for the next one. */
export function playObservations(market: SimulatedMarket, ended: (observation: Observation, at: number) => void): void {
  const observation = new Observation();
  market.play({
    quote({ bid, ask, bidSize, askSize }) {
      const mid = (bid + ask) / 2;
      observation.quote(mid, (ask - bid) / mid, bidSize + askSize);
    },
    trade({ size, side }) {
      observation.trade(size, side);
    },
    observed(at) {
      ended(observation, at);
      observation.begin();
    },
  });
}
