import { short, type CasesByRule } from './rule-case.ts';

const plugin = (name: string, more = ''): string =>
  `tradewind_plugin_${name}{bus="main", part="plugins/regime", plugin="regime"${more}}`;
const learned = (name: string, more = ''): string =>
  `tradewind_ml_scheduling_${name}{bus="main", part="scheduler"${more}}`;

export const routingCases: CasesByRule = {
  TradewindPluginCircuitOpen: {
    fires: short(5, { [plugin('circuit_open')]: '0x3 1x20' }),
    quiet: short(5, { [plugin('circuit_open')]: '0x3 1x0 0x20' }),
  },
  TradewindPluginFaults: {
    fires: short(10, { [plugin('faults_total', ', cause="threw"')]: '0x14 1x20' }),
    quiet: short(10, { [plugin('faults_total', ', cause="slow"')]: '4x40' }),
  },
  TradewindSchedulerCircuitOpen: {
    fires: short(5, { 'tradewind_scheduler_circuit_open{bus="main", scheduler="learned"}': '0x3 1x20' }),
    quiet: short(5, { 'tradewind_scheduler_circuit_open{bus="main", scheduler="learned"}': '0x30' }),
  },
  TradewindLearnedPolicyWorse: {
    fires: short(20, {
      [learned('gain_ratio', ', bound="upper"')]: '0.1x3 -0.08x60',
      [learned('enabled')]: '1x60',
    }),
    // That it costs is possible, and not sure; where it is sure, it is switched off.
    quiet: short(20, {
      [learned('gain_ratio', ', bound="lower"')]: '-0.08x60',
      [learned('gain_ratio', ', bound="upper"')]: '0.02x60',
      [learned('enabled')]: '1x60',
      'tradewind_ml_scheduling_gain_ratio{bus="night", part="scheduler", bound="upper"}': '-0.08x60',
      'tradewind_ml_scheduling_enabled{bus="night", part="scheduler"}': '0x60',
    }),
  },
  TradewindOptimizerOscillating: {
    fires: short(30, { [learned('policy_changes_total', ', kind="reversal"')]: '0x9 1x9 2x9 3x9 4x9 5x40' }),
    quiet: short(30, {
      [learned('policy_changes_total', ', kind="reversal"')]: '0x9 1x60',
      [learned('policy_changes_total', ', kind="all"')]: '0+1x60',
    }),
  },
  TradewindRoutingDropsHigh: {
    fires: short(15, {
      [plugin('drops_total')]: '0+40x60',
      'tradewind_messages_accepted_total{bus="main", lane="LOW", direction="local"}': '0+100x60',
    }),
    quiet: short(15, {
      [plugin('drops_total')]: '0+5x60',
      'tradewind_messages_accepted_total{bus="main", lane="LOW", direction="local"}': '0+100x60',
    }),
  },
};
