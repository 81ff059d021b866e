import { series } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond } from './short-hand.ts';

/** Venues, what they send, and what is found between them. */
export const arbitrage: RowDraft = {
  title: 'Venues and arbitrage',
  panels: [
    {
      title: 'Events of venues',
      description: 'Market data by venue. One that falls to nothing is stale.',
      unit: 'ops',
      queries: [{ expression: perSecond('tradewind_venue_events_total', ['venue']), legend: '{{venue}}' }],
      runbook: 'tradewind-market-data-stale.md',
    },
    {
      title: 'Gaps and disorder',
      description: 'Events before which something was missing, and those dated before one that had come.',
      unit: 'ops',
      queries: [
        { expression: perSecond('tradewind_venue_gaps_total', ['venue']), legend: '{{venue}} gaps' },
        { expression: perSecond('tradewind_venue_out_of_order_total', ['venue']), legend: '{{venue}} out of order' },
      ],
      runbook: 'tradewind-market-data-gaps.md',
    },
    {
      title: 'Good order',
      description: 'Share of what a venue sends without gap, lateness or failure.',
      unit: 'percentunit',
      max: 1,
      queries: [{ expression: series('tradewind_venue_good_ratio'), legend: '{{venue}}' }],
      limits: [{ value: 0.8, isBelow: true }],
      runbook: 'tradewind-venue-quality-poor.md',
    },
    {
      title: 'Delay and round trip',
      description: 'One way from the venue, and there and back for an order.',
      unit: 's',
      queries: [
        { expression: series('tradewind_venue_delay_seconds'), legend: '{{venue}} one way' },
        { expression: series('tradewind_venue_round_trip_seconds'), legend: '{{venue}} there and back' },
      ],
    },
    {
      title: 'Clocks',
      description: 'What the clock of a venue is ahead of ours; known where orders went there and back.',
      unit: 's',
      queries: [{ expression: series('tradewind_venue_clock_offset_seconds'), legend: '{{venue}}' }],
      runbook: 'tradewind-clock-skew.md',
    },
    {
      title: 'Silence of feeds',
      description: 'For how long the most silent stream of a feed has brought nothing.',
      unit: 's',
      queries: [{ expression: series('tradewind_feed_silent_seconds'), legend: '{{venue}}' }],
      limits: [{ value: 30 }],
      runbook: 'tradewind-market-data-stale.md',
    },
    {
      title: 'Opportunities routed',
      description: 'By the lane that was chosen; and those that had expired before.',
      unit: 'ops',
      queries: [
        { expression: perSecond('tradewind_arbitrage_routed_total', ['priority']), legend: '{{priority}}' },
        { expression: perSecond('tradewind_arbitrage_expired_total', ['bus']), legend: 'expired' },
      ],
    },
    {
      title: 'Forecasts of survival',
      description: 'Forecasts whose outcome is known.',
      unit: 'ops',
      queries: [{ expression: perSecond('tradewind_arbitrage_forecasts_total', ['bus']), legend: '{{bus}}' }],
    },
    {
      title: 'Error of the forecasts',
      description: 'Mean squared error (Brier score). A coin has 0.25.',
      unit: 'short',
      queries: [{ expression: series('tradewind_arbitrage_forecast_brier'), legend: '{{bus}}' }],
      limits: [{ value: 0.25 }],
      runbook: 'tradewind-forecasts-poor.md',
    },
  ],
};
