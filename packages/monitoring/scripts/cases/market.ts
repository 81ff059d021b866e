import { long, short, type CasesByRule } from './rule-case.ts';

const venue = (name: string): string => `tradewind_venue_${name}{bus="main", part="latency", venue="BINANCE"}`;
const feed = (name: string): string => `tradewind_feed_${name}{bus="main", part="feeds/binance", venue="BINANCE"}`;
const forecasts = (name: string): string => `tradewind_arbitrage_${name}{bus="main", part="survival"}`;

export const marketCases: CasesByRule = {
  TradewindMarketDataStale: {
    fires: short(15, { [venue('events_total')]: '0+900x20 18000x30' }),
    quiet: short(15, {
      [venue('events_total')]: '0+900x60',
      'tradewind_venue_events_total{bus="main", part="latency", venue="never"}': '0x60',
    }),
  },
  TradewindFeedIll: {
    fires: short(10, { [feed('ill_streams')]: '0x14 2x30' }),
    quiet: short(10, { [feed('ill_streams')]: '0x10 1 0x30', [feed('silent_seconds')]: '29x40' }),
  },
  TradewindFeedGaps: {
    fires: short(10, { [feed('gaps_total')]: '0x14 1x20' }),
    quiet: short(10, { [feed('gaps_total')]: '5x40' }),
  },
  TradewindMarketDataGaps: {
    fires: short(10, { [venue('gaps_total')]: '0x14 1x20' }),
    quiet: short(10, { [venue('gaps_total')]: '5x40' }),
  },
  TradewindMarketDataOutOfOrder: {
    fires: short(10, { [venue('out_of_order_total')]: '0+3x40' }),
    quiet: short(10, { [venue('out_of_order_total')]: '0x14 4x40' }),
  },
  TradewindClockSkew: {
    fires: short(10, { [venue('clock_offset_seconds')]: '-1.275x40' }),
    quiet: short(10, { [venue('clock_offset_seconds')]: '0.11x40' }),
  },
  TradewindVenueQualityPoor: {
    fires: short(10, { [venue('good_ratio')]: '1x3 0.6x40' }),
    quiet: short(10, { [venue('good_ratio')]: '0.97x40' }),
  },
  TradewindForecastsPoor: {
    fires: long(180, { [forecasts('forecast_brier')]: '0.31x50', [forecasts('forecasts_total')]: '0+20x50' }),
    quiet: long(180, { [forecasts('forecast_brier')]: '0.31x50', [forecasts('forecasts_total')]: '12x50' }),
  },
};
