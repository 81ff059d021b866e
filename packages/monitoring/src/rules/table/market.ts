import { group, type AlertRule } from '../alert-rule.ts';
import { absolute, and, compare, hours, increase, minutes, seconds, series } from '../expressions/build.ts';

/**
 * Feeds of venues. What is of a venue comes from the latency monitor of the arbitrage routing, what is of a feed from `watchFeed`; where both are there,
 * both tell, each under its own part.
 */
export const market: readonly AlertRule[] = group('market', [
  {
    name: 'TradewindMarketDataStale',
    severity: 'critical',
    expression: and(
      compare(increase(series('tradewind_venue_events_total'), minutes(1)), '==', 0),
      // No look back in time: however long it stays silent, it has sent events before.
      compare(series('tradewind_venue_events_total'), '>', 0),
    ),
    forMs: minutes(1),
    summary: 'No market data of {{ $labels.venue }} has come for a minute.',
    runbook: {
      means:
        'A venue sent events and does not any more. Prices that are shown of it are old: do not trade on them. It fires until they come again, or until the process is started anew: a venue that was never heard of is not missed.',
      look: ['The status page of the venue.', 'The connection of the feed: is it open and silent, or closed?'],
      act: ['Re-subscribe the feed.', 'Take the venue out of routing until it is back.'],
      remediation: ['resubscribe-feed'],
    },
  },
  {
    name: 'TradewindFeedIll',
    severity: 'critical',
    expression: compare(series('tradewind_feed_ill_streams'), '>', 0),
    // A feed that is subscribed to anew is interrupted for a moment.
    forMs: seconds(10),
    keepFiringMs: seconds(30),
    summary: '{{ $value }} streams of the feed {{ $labels.part }} bring nothing.',
    runbook: {
      means:
        'Streams of a feed are silent for longer than its `staleAfterMs` (30 s unless told otherwise), interrupted, or ended by the venue. Prices that are shown of them are old: do not trade on them. It fires until all streams bring something.',
      look: [
        'The reason of the component, as `feeds/binance`: which kinds of data, and how many streams.',
        'The status page of the venue.',
        'The connection of the feed: is it open and silent, or closed?',
      ],
      act: [
        'Re-subscribe the feed.',
        'Take the venue out of routing until it is back.',
        'For instruments that trade seldom, give the feed a longer `staleAfterMs`.',
      ],
      remediation: ['resubscribe-feed'],
    },
  },
  {
    name: 'TradewindFeedGaps',
    severity: 'warning',
    expression: compare(increase(series('tradewind_feed_gaps_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanize }} gaps in the data of the feed {{ $labels.part }} within ten minutes.',
    inhibitedBy: ['TradewindFeedIll'],
    runbook: {
      means:
        'Events of a feed are missing: the venue or its adapter left some out, or the feed was subscribed to anew. Whoever keeps a book of them needs a new snapshot.',
      look: [
        'The connection: reconnects, a slow reader that the venue cut off.',
        'Whether the feed was subscribed to anew.',
      ],
      act: ['Re-subscribe the feed, which brings a new snapshot.', 'Do not quote on a book until then.'],
    },
  },
  {
    name: 'TradewindMarketDataGaps',
    severity: 'warning',
    expression: compare(increase(series('tradewind_venue_gaps_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanize }} gaps in the data of {{ $labels.venue }} within ten minutes.',
    runbook: {
      means: 'Events of the venue are missing. Books are forgotten until their next snapshot.',
      look: ['The connection: reconnects, a slow reader that the venue cut off.'],
      act: ['Re-subscribe the feed, which brings a new snapshot.'],
    },
  },
  {
    name: 'TradewindMarketDataOutOfOrder',
    severity: 'warning',
    expression: compare(increase(series('tradewind_venue_out_of_order_total'), minutes(10)), '>', 10),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanize }} events of {{ $labels.venue }} came out of order within ten minutes.',
    runbook: {
      means: 'Events are dated before one that came earlier on the same stream: the venue or a relay mixes them up.',
      look: ['One connection or several: two feeds of one venue overtake each other.'],
      act: ['Give each feed an ordering key of its own, or take the events by their sequence.'],
    },
  },
  {
    name: 'TradewindClockSkew',
    severity: 'warning',
    expression: compare(absolute(series('tradewind_venue_clock_offset_seconds')), '>', 0.5),
    forMs: minutes(5),
    keepFiringMs: minutes(5),
    summary: 'The clocks of {{ $labels.venue }} and of this machine differ by {{ $value | humanizeDuration }}.',
    runbook: {
      means:
        'Ages of events are wrong by so much. With one venue it is most often its clock, with all of them it is this one.',
      look: ['`chronyc tracking` or `timedatectl` on this machine.', 'The offsets of the other venues.'],
      act: ['Mend the time service of this machine.', 'If it is the venue: nothing; the monitor takes the offset out.'],
    },
  },
  {
    name: 'TradewindVenueQualityPoor',
    severity: 'warning',
    expression: compare(series('tradewind_venue_good_ratio'), '<', 0.8),
    forMs: minutes(2),
    keepFiringMs: minutes(2),
    summary: 'Only {{ $value | humanizePercentage }} of what {{ $labels.venue }} sends is in good order.',
    inhibitedBy: ['TradewindMarketDataStale'],
    runbook: {
      means: 'Gaps, late events or failed orders: the routing ranks the venue behind all others.',
      look: ['Gaps, lateness, failures: which of them.'],
      act: ['Re-subscribe the feed, or connect to the venue from elsewhere.'],
    },
  },
  {
    name: 'TradewindForecastsPoor',
    severity: 'info',
    expression: and(
      compare(series('tradewind_arbitrage_forecast_brier'), '>', 0.25),
      compare(increase(series('tradewind_arbitrage_forecasts_total'), hours(1)), '>', 50),
      ['bus', 'part'],
    ),
    forMs: minutes(30),
    summary: 'Forecasts of survival of {{ $labels.bus }} are no better than a coin (Brier score {{ $value }}).',
    runbook: {
      means:
        'The estimator does not know how long opportunities live: a mean squared error of 0.25 is that of always saying one half.',
      look: ['What changed in the market.', 'The number of forecasts.'],
      act: ['Let it learn anew, or leave it out of the ranking.'],
    },
  },
]);
