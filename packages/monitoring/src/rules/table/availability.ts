import { group, type AlertRule } from '../alert-rule.ts';
import {
  absent,
  and,
  arithmetic,
  compare,
  days,
  increase,
  minutes,
  over,
  seconds,
  series,
  sum,
  time,
  unless,
  vector,
} from '../expressions/build.ts';

const LOOK_AT_PROCESS = [
  'Is the process running, and does `/healthz` answer?',
  'The targets page of Prometheus: the error of the last scrape.',
  'Firewall, token and Host allow-list, if the process is well.',
];
const START_AGAIN = [
  'Start the process again.',
  'If it runs and does not answer, take a profile or a stack before it is killed: its event loop is blocked.',
];

/** Is everything there, and is the watch itself awake. */
export const availability: readonly AlertRule[] = group('availability', [
  {
    name: 'TradewindBusDown',
    severity: 'critical',
    expression: compare(series('tradewind_up'), '==', 0),
    summary: 'The bus {{ $labels.bus }} is down.',
    runbook: {
      means:
        'The bus says of itself that it is down: it was closed, or what it cannot work without is gone. Nothing is delivered.',
      look: [
        '`/healthz` and the health tree: which component is down, why, and since when.',
        'The last lines of the log of the process before it went down.',
      ],
      act: [
        'If it was closed on purpose, silence this alert for the time of the work.',
        'Mend the component that is down first; a bus whose parts are up is up.',
        'Restart the process if the bus was closed by mistake: a closed bus does not open again.',
      ],
    },
  },
  {
    name: 'TradewindProcessDown',
    severity: 'critical',
    // The name of the job is that of `prometheus.yml`. A process that is configured and never came up is seen too.
    expression: compare(series('up', { job: 'tradewind' }), '==', 0),
    only: 'prometheus',
    forMs: minutes(1),
    summary: 'The process at {{ $labels.instance }} does not answer.',
    runbook: {
      means:
        'Prometheus cannot scrape a process of the job `tradewind`: the process is gone, its event loop is blocked, or the scrape cannot reach it. It fires as long as the process is among the targets. The engine in a process cannot tell that its own process is gone: only Prometheus can.',
      look: LOOK_AT_PROCESS,
      act: START_AGAIN,
    },
  },
  {
    name: 'TradewindBusAbsent',
    severity: 'critical',
    // By the bus alone: one that moved to another instance is there. By a stretch and not by `keep_firing_for`, so that it ends as soon as the bus reports.
    expression: unless(over('count_over_time', series('tradewind_up'), days(1)), series('tradewind_up'), ['bus']),
    forMs: minutes(1),
    summary: 'The bus {{ $labels.bus }} has not reported for a minute.',
    inhibitedBy: ['TradewindProcessDown'],
    runbook: {
      means:
        'A bus that reported `tradewind_up` within the last day does not any more, under no instance, whatever other buses do: its process is gone and no target any more, or the process goes on without this bus. It ends when the bus reports again, or after a day.',
      look: LOOK_AT_PROCESS,
      act: [...START_AGAIN, 'If the bus was given up or renamed on purpose, silence it by its label `bus` for a day.'],
    },
  },
  {
    name: 'TradewindNoBus',
    severity: 'critical',
    expression: absent(series('tradewind_up')),
    forMs: minutes(1),
    summary: 'No bus has reported for a minute.',
    inhibitedBy: ['TradewindProcessDown', 'TradewindBusAbsent'],
    runbook: {
      means: 'Nobody reports `tradewind_up`: there is no target, or none of them is a process of Tradewind.',
      look: ['The targets page of Prometheus: is there one, and what was the error of its last scrape?'],
      act: ['Give Prometheus the addresses of the processes.', ...START_AGAIN],
    },
  },
  {
    name: 'TradewindBusRestarting',
    severity: 'warning',
    expression: compare(over('changes', series('tradewind_process_start_time_seconds'), minutes(15)), '>=', 3),
    keepFiringMs: minutes(5),
    summary: 'The process of {{ $labels.bus }} was restarted {{ $value }} times within 15 minutes.',
    runbook: {
      means:
        'The process starts, and ends again soon. Each start reads pending work anew and loses what was in memory.',
      look: [
        'The exit code and the last log lines of the process before each end.',
        'Memory: was it killed by the system?',
        'What was deployed since it was last well.',
      ],
      act: ['Go back to the last version that ran.', 'Give it more memory, if it was killed for that.'],
    },
  },
  {
    name: 'TradewindComponentDown',
    severity: 'critical',
    expression: compare(series('tradewind_health_status'), '==', 0),
    forMs: seconds(30),
    summary: 'The component {{ $labels.component }} of {{ $labels.bus }} is down.',
    inhibitedBy: ['TradewindBusDown'],
    runbook: {
      means: 'A component says that it does not work. The rest of the bus goes on without it.',
      look: ['The health tree: the reason and since when.', 'Alerts about the same component, which tell more.'],
      act: [
        'Follow the reason; a transport that is down is most often its server.',
        'Run the remedy of the component by hand.',
      ],
      remediation: ['reconnect-transport', 'resubscribe-feed'],
    },
  },
  {
    name: 'TradewindComponentDegraded',
    severity: 'warning',
    expression: and(
      compare(series('tradewind_health_status'), '>', 0),
      compare(series('tradewind_health_status'), '<', 1),
    ),
    forMs: minutes(5),
    keepFiringMs: minutes(1),
    summary: 'The component {{ $labels.component }} of {{ $labels.bus }} works with less.',
    inhibitedBy: ['TradewindBusDown', 'TradewindComponentDown'],
    runbook: {
      means: 'A component works, but not fully: a plugin is cut off, messages go to disk, a part of it is down.',
      look: ['The health tree: the reason and since when.'],
      act: ['Follow the reason.', 'If it is meant to be so for a while, silence the alert for that time.'],
    },
  },
  {
    name: 'TradewindHeartbeatMissing',
    severity: 'warning',
    expression: and(
      compare(increase(series('tradewind_transport_heartbeats_total'), minutes(1)), '==', 0),
      compare(series('tradewind_transport_heartbeats_total'), '>', 0),
    ),
    forMs: minutes(2),
    summary: 'The transport {{ $labels.part }} of {{ $labels.bus }} has sent no heartbeat for two minutes.',
    inhibitedBy: ['TradewindBusDown', 'TradewindTransportDown'],
    runbook: {
      means:
        'The transport sent heartbeats and does not any more. Those who watch for them take this producer for dead.',
      look: [
        'The health of the transport.',
        'The utilization of the event loop: timers come late in a loop that is saturated.',
      ],
      act: ['Reconnect the transport.', 'If the loop is saturated, move work out of the handlers.'],
      remediation: ['reconnect-transport'],
    },
  },
  {
    name: 'TradewindRemediationFailing',
    severity: 'critical',
    expression: compare(
      sum(
        ['bus', 'rule'],
        increase(
          series('tradewind_remediation_runs_total', { result: { oneOf: ['failed', 'no-better'] } }),
          minutes(30),
        ),
      ),
      '>=',
      2,
    ),
    keepFiringMs: minutes(5),
    summary: 'Remediation of {{ $labels.bus }} by the rule {{ $labels.rule }} keeps failing.',
    runbook: {
      means: 'The automatic remediation tried to mend a component and could not. After three failures it stops trying.',
      look: ['The remediation log: which remedy, which error.', 'The alerts of the component.'],
      act: [
        'Mend the component by hand.',
        'When the cause is gone, close the circuit of the rule: on the health screen, or by `resetCircuit` of the remediator. Otherwise one more run decides when its rest is over.',
      ],
    },
  },
  {
    name: 'TradewindRuleEvaluationStalled',
    severity: 'critical',
    expression: compare(arithmetic(time(), '-', series('tradewind_alert_evaluation_timestamp_seconds')), '>', 60),
    // A step of the clock makes the last evaluation look old until the next one.
    forMs: seconds(10),
    summary: 'The rules of {{ $labels.bus }} have not been evaluated for {{ $value | humanizeDuration }}.',
    runbook: {
      means:
        'The alerts of the process itself are blind: scrapes or evaluations fail or do not end. Only Prometheus can tell you this.',
      look: ['The log of the process for errors of the monitoring.', 'The utilization of the event loop.'],
      act: ['Restart the process if the loop is blocked.', 'Until then rely on the alerts of Prometheus.'],
    },
  },
  {
    name: 'TradewindNotificationsFailing',
    severity: 'critical',
    expression: compare(
      increase(series('tradewind_notifications_total', { outcome: { oneOf: ['failed', 'overflowed'] } }), minutes(10)),
      '>',
      0,
    ),
    keepFiringMs: minutes(5),
    summary: 'Notifications over {{ $labels.channel }} fail.',
    runbook: {
      means:
        'An alert could not be told over its channel after all retries, or because too many waited for it. Where there is a second channel it went there; what nobody takes is tried again, after pauses of up to five minutes, until somebody does.',
      look: [
        'The audit trail: which channel, which error, and since when.',
        'Whether the address of the channel can be reached from the machine.',
      ],
      act: [
        'Mend the address or the token of the channel.',
        'Look through the alerts that fire now: somebody may not know of them.',
      ],
    },
  },
  {
    name: 'TradewindMetricsCardinality',
    severity: 'warning',
    expression: compare(series('tradewind_monitoring_series_folded'), '>', 0),
    forMs: minutes(10),
    keepFiringMs: minutes(10),
    summary: '{{ $value }} series of {{ $labels.bus }} are beyond their bound and shown as "other".',
    runbook: {
      means:
        'There are more series than the bound. The greatest are shown, the rest is added up: nothing breaks, but detail is missing.',
      look: [
        'Which family has the most series on `/metrics`.',
        'A part whose names come from data: a plugin or path made for each symbol.',
      ],
      act: ['Give such parts fewer names.', 'Raise the bound if the names are meant to be so many.'],
    },
  },
  {
    name: 'TradewindWatchdog',
    severity: 'info',
    expression: vector(1),
    summary: 'Always fires: it shows that alerts arrive.',
    runbook: {
      means: 'The way of an alert from the rules to you works. Its absence is the alarm.',
      look: ['Nothing while it fires.'],
      act: [
        'Have a service outside tell you when this alert stops coming.',
        'If it stopped: look whether rules are evaluated and notifications arrive.',
      ],
    },
  },
]);
