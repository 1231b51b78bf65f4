package io.github.ssehub.internal.hub;

import java.time.Duration;

import io.github.ssehub.UserLimitPolicy;
import io.github.ssehub.internal.delivery.LoopSettings;
import io.github.ssehub.internal.delivery.WriterSettings;

/**
 * The settings of a hub.
 *
 * @param writer how connections are written to
 * @param maxConnections the greatest number of connections, 0 for no limit
 * @param maxConnectionsPerUser the greatest number of connections of a user, 0 for no
 * limit
 * @param userLimitPolicy what happens when a user opens more
 * @param maxEventBytes the greatest size of an encoded event
 * @param retry the reconnection time clients are told
 * @param topicsEnabled whether there are topics
 * @param maxTopics the greatest number of topics of a connection
 * @param threads the number of delivery loops
 * @param loop how a loop takes events
 * @param publishTimeout how long a publisher waits for the loops, zero for not at all
 * @param sendTimeout how long what is sent to one connection waits for a client that
 * takes nothing, zero for not at all
 * @param drainTime how long closing all connections may take
 */
public record HubSettings(WriterSettings writer, int maxConnections, int maxConnectionsPerUser,
		UserLimitPolicy userLimitPolicy, long maxEventBytes, Duration retry, boolean topicsEnabled, int maxTopics,
		int threads, LoopSettings loop, Duration publishTimeout, Duration sendTimeout, Duration drainTime) {
}
