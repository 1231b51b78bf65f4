package io.github.ssehub.internal.hub;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.ssehub.InvalidArgumentException;
import io.github.ssehub.Published;
import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.TopicsDisabledException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for an event for several users, and for a change of several topics.
 */
class HubTargetsTests {

	private TestHub hub = TestHub.start((options) -> {
		options.threads = 2;
		options.maxTopics = 3;
	});

	@AfterEach
	void leavesNothingBehind() {
		try {
			this.hub.assertLeavesNothingBehind();
		}
		finally {
			this.hub.close();
		}
	}

	// Several users

	@Test
	void publishesToSeveralUsersOnceToEachOfTheirConnections() {
		List<TestClient> addressed = List.of(this.hub.client().user("alice").connected(),
				this.hub.client().user("bob").connected(), this.hub.client().user("alice").connected());
		List<TestClient> others = List.of(this.hub.client().user("carol").connected(), this.hub.client().connected());
		Published published = this.hub.publisher()
			.toUsers(List.of("alice", "bob", "nobody", "alice"), SseEvent.of("hi", "x"));
		assertThat(published.recipients()).isEqualTo(3);
		this.hub.broadcast("marker");
		for (TestClient client : addressed) {
			assertThat(client.next("hi").id()).isEqualTo(published.position());
			client.next("marker");
			client.assertExhausted();
		}
		others.forEach((client) -> client.next("marker"));
		assertThat(this.hub.statistics().publications(Target.Type.USER)).isOne();
	}

	@Test
	void replaysAnEventForSeveralUsersToEachOfThem() {
		String start = this.hub.hub().log().head().toString();
		this.hub.publisher().toUsers(List.of("alice", "bob"), SseEvent.of("missed", "x"));
		this.hub.broadcast("last");
		for (String user : List.of("alice", "bob")) {
			TestClient client = this.hub.client().user(user).lastEventId(start).connected();
			assertThat(client.nextNames(2)).containsExactly("missed", "last");
			client.assertExhausted();
		}
		TestClient carol = this.hub.client().user("carol").lastEventId(start).connected();
		carol.next("last");
		this.hub.client().lastEventId(start).connected().next("last");
	}

	// Several topics of a connection

	@Test
	void changesSeveralTopicsAtOnce() {
		TestClient client = this.hub.client().topics("a", "b").connected();
		assertThat(this.hub.connections().changeTopics(client.id(), List.of("c", "d", "a"), List.of("b", "x")))
			.isTrue();
		assertThat(client.connection().getTopics()).containsExactly("a", "c", "d");
		assertThat(this.hub.connections().topics()).containsOnlyKeys("a", "c", "d");
		for (String topic : List.of("a", "b", "c", "d")) {
			this.hub.publisher().toTopic(topic, SseEvent.of("to-" + topic, "x"));
		}
		assertThat(client.nextNames(3)).containsExactly("to-a", "to-c", "to-d");
		client.assertExhausted();
	}

	@Test
	void changesNoTopicWhenOneIsRefused() {
		TestClient client = this.hub.client().topics("a", "b").connected();
		assertRefused(client, List.of("c", "d"), List.of());
		assertRefused(client, List.of("c", "x,y"), List.of("a"));
		assertRefused(client, List.of("c"), List.of("a", " b"));
		assertRefused(client, List.of("c"), List.of("c"));
		assertThat(client.connection().getTopics()).containsExactly("a", "b");
		assertThat(this.hub.connections().topics()).containsOnlyKeys("a", "b");
	}

	private void assertRefused(TestClient client, List<String> subscribe, List<String> unsubscribe) {
		assertThatExceptionOfType(InvalidArgumentException.class)
			.isThrownBy(() -> this.hub.connections().changeTopics(client.id(), subscribe, unsubscribe));
	}

	@Test
	void changesNoTopicOfAConnectionThatIsGone() {
		TestClient client = this.hub.client().topics("a").connected();
		client.drop();
		assertThat(this.hub.connections().changeTopics(client.id(), List.of("b"), List.of("a"))).isFalse();
		assertThat(this.hub.connections().topics()).isEmpty();
	}

	/**
	 * An event to both topics must arrive whether it is published before or after the
	 * change, so there must be no moment in between when neither is subscribed to.
	 */
	@Test
	void meetsNoEventWithPartOfAChange() throws Exception {
		TestClient client = this.hub.client().topics("even").connected();
		CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 500; i++) {
				Set<String> topics = client.connection().getTopics();
				List<String> next = List.of(topics.contains("even") ? "odd" : "even");
				this.hub.connections().changeTopics(client.id(), next, topics);
			}
		});
		for (int i = 0; i < 500; i++) {
			this.hub.publisher().toTopics(List.of("even", "odd"), SseEvent.of("n" + i, "x"));
			client.next("n" + i);
		}
		changes.get();
		client.assertExhausted();
	}

	@Test
	void changesNoTopicWhenThereAreNone() {
		this.hub.close();
		this.hub = TestHub.start((options) -> options.topicsEnabled = false);
		TestClient client = this.hub.client().connected();
		assertThatExceptionOfType(TopicsDisabledException.class)
			.isThrownBy(() -> this.hub.connections().changeTopics(client.id(), List.of("a"), List.of()));
	}

}
