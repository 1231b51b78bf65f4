package io.github.ssehub.internal.hub;

import java.util.Map;

import io.github.ssehub.log.EventLog;

/**
 * What the parts of one hub share.
 *
 * @param settings the settings
 * @param log the event log
 * @param converter turns data into text
 * @param statistics what happened
 * @param observer told how long things took
 * @param notifier calls the application's listeners
 * @param connections the open connections by id; each is put in and taken out by its loop
 */
record HubContext(HubSettings settings, EventLog log, DataConverter converter, HubStatistics statistics,
		HubObserver observer, ListenerNotifier notifier, Map<String, HubConnection> connections) {
}
