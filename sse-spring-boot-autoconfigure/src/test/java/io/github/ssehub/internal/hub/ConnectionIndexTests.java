package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionIndex}.
 */
class ConnectionIndexTests {

	private final TestHub hub = TestHub.start();

	private final ConnectionIndex index = new ConnectionIndex();

	@AfterEach
	void close() {
		this.hub.close();
	}

	/**
	 * A publisher is told how many connections an event for several topics is for. None
	 * is counted twice.
	 */
	@Test
	void countsEachConnectionOfSeveralTopicsOnce() {
		Random random = new Random(7);
		List<HubConnection> connections = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			HubConnection connection = connection(IntStream.range(0, 8)
				.filter((topic) -> random.nextInt(9) < topic)
				.mapToObj((topic) -> "topic-" + topic)
				.toArray(String[]::new));
			connections.add(connection);
			this.index.add(connection);
		}
		for (int i = 0; i < 200; i++) {
			Set<String> topics = new LinkedHashSet<>();
			for (int j = 0; j <= random.nextInt(6); j++) {
				topics.add("topic-" + random.nextInt(10));
			}
			assertThat(this.index.countAnyTopic(topics)).as(topics.toString())
				.isEqualTo((int) connections.stream()
					.filter((connection) -> connection.isSubscribedToAny(topics))
					.count());
		}
	}

	@Test
	void forgetsATopicThatNobodyHasAnyMore() {
		HubConnection first = connection("news", "sport");
		HubConnection second = connection("news");
		this.index.add(first);
		this.index.add(second);
		assertThat(topics()).isEqualTo(Map.of("news", 2, "sport", 1));
		this.index.removeTopic(first, "sport");
		this.index.removeTopic(first, "sport");
		assertThat(this.index.ofTopic("sport")).isNull();
		this.index.remove(second);
		assertThat(topics()).isEqualTo(Map.of("news", 1));
		assertThat(this.index.all().size()).isOne();
		this.index.remove(first);
		assertThat(topics()).isEmpty();
		assertThat(this.index.countTopic("news")).isZero();
		assertThat(this.index.all().size()).isZero();
	}

	private Map<String, Integer> topics() {
		Map<String, Integer> topics = new TreeMap<>();
		this.index.forEachTopic(topics::put);
		return topics;
	}

	private HubConnection connection(String... topics) {
		return this.hub.client().topics(topics).build();
	}

}
