import { group, type AlertRule } from '../alert-rule.ts';
import { and, arithmetic, compare, hours, increase, minutes, rate, series, sum } from '../expressions/build.ts';

/** Plugins, schedulers, and what they learn. */
export const routing: readonly AlertRule[] = group('routing', [
  {
    name: 'TradewindPluginCircuitOpen',
    severity: 'warning',
    expression: compare(series('tradewind_plugin_circuit_open'), '==', 1),
    forMs: minutes(1),
    keepFiringMs: minutes(1),
    summary: 'The plugin {{ $labels.plugin }} of {{ $labels.bus }} is cut off by its circuit breaker.',
    runbook: {
      means: 'The plugin threw, gave invalid answers, or was slower than its budget. Messages go on without it.',
      look: ['`tradewind_plugin_faults_total` by cause.', 'The log event of the breaker: the error.'],
      act: ['Mend the plugin; it is tried again by itself.', 'Disable it until then.'],
      remediation: ['disable-plugin'],
    },
  },
  {
    name: 'TradewindPluginFaults',
    severity: 'info',
    expression: compare(
      sum(['bus', 'plugin', 'cause'], increase(series('tradewind_plugin_faults_total'), minutes(10))),
      '>',
      0,
    ),
    keepFiringMs: minutes(5),
    summary:
      'The plugin {{ $labels.plugin }} of {{ $labels.bus }} failed {{ $value | humanize }} times within ten minutes ({{ $labels.cause }}).',
    inhibitedBy: ['TradewindPluginCircuitOpen'],
    runbook: {
      means: 'Single calls of a plugin failed. The message went on by the default.',
      look: ['The error in the log.'],
      act: ['Mend the plugin before its circuit breaker opens.'],
    },
  },
  {
    name: 'TradewindSchedulerCircuitOpen',
    severity: 'warning',
    expression: compare(series('tradewind_scheduler_circuit_open'), '==', 1),
    forMs: minutes(1),
    keepFiringMs: minutes(1),
    summary: 'The scheduler {{ $labels.scheduler }} of {{ $labels.bus }} is cut off; the default one decides.',
    runbook: {
      means:
        'The scheduler threw or picked lanes without work. The default scheduler serves all lanes by their shares.',
      look: ['The log event of the breaker: the error.'],
      act: ['Mend the scheduler, or leave it out.'],
    },
  },
  {
    name: 'TradewindLearnedPolicyWorse',
    severity: 'warning',
    expression: and(
      compare(series('tradewind_ml_scheduling_gain_ratio', { bound: 'upper' }), '<', 0),
      compare(series('tradewind_ml_scheduling_enabled'), '==', 1),
      ['bus', 'part'],
    ),
    forMs: minutes(10),
    keepFiringMs: minutes(5),
    summary:
      'Learned scheduling of {{ $labels.bus }} saves {{ $value | humanizePercentage }} against strict priority at best: it costs.',
    runbook: {
      means:
        'What the waiting of messages has cost lately is more than strict priority would have cost on the same messages, and the whole 95 % interval says so.',
      look: [
        '`tradewind_ml_scheduling_gain_ratio` with its bounds, and `tradewind_ml_scheduling_prediction_error_ratio`.',
        'The decisions of the learned scheduler, and what changed in the traffic.',
      ],
      act: ['Disable learning by its knob: the static policy decides.', 'Undo the last change of policy.'],
    },
  },
  {
    name: 'TradewindOptimizerOscillating',
    severity: 'warning',
    expression: compare(
      increase(series('tradewind_ml_scheduling_policy_changes_total', { kind: 'reversal' }), hours(1)),
      '>=',
      4,
    ),
    keepFiringMs: minutes(15),
    summary:
      'The learned policy of {{ $labels.bus }} went back and forth {{ $value | humanize }} times within an hour.',
    runbook: {
      means: 'What is learned is adopted and taken back again and again: the traffic does not tell the policies apart.',
      look: ['The gain of the policies: is it near zero?'],
      act: ['Give learning longer windows, or disable it.'],
    },
  },
  {
    name: 'TradewindRoutingDropsHigh',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus'], rate(series('tradewind_plugin_drops_total'), minutes(5))),
        '/',
        sum(['bus'], rate(series('tradewind_messages_accepted_total'), minutes(5))),
      ),
      '>',
      0.2,
    ),
    forMs: minutes(5),
    keepFiringMs: minutes(5),
    summary: 'Plugins of {{ $labels.bus }} drop {{ $value | humanizePercentage }} of the messages.',
    runbook: {
      means: 'Plugins give up a large part of the messages: on purpose, or because they misjudge.',
      look: ['Which plugin, and its reasons in the decision trace.'],
      act: ['Change its bounds, or disable it.'],
    },
  },
]);
