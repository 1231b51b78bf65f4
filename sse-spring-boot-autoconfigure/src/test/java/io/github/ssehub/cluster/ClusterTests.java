package io.github.ssehub.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ssehub.Presence;
import io.github.ssehub.SsePresence;
import io.github.ssehub.TopicsDisabledException;
import io.github.ssehub.log.EventLogException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Several nodes on one channel answer as one.
 */
class ClusterTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration IMPATIENCE = Duration.ofMillis(100);

	private final AtomicLong nanos = new AtomicLong();

	private final TestChannel channel = new TestChannel();

	private final List<TestNode> nodes = new ArrayList<>();

	private final List<TestChannel.Socket> sockets = new ArrayList<>();

	private final Set<Thread> threadsBefore = TestNode.threads();

	@AfterEach
	void stop() {
		this.nodes.forEach(TestNode::close);
		TestNode.awaitEndOfThreads(this.threadsBefore);
	}

	// Membership

	@Test
	void knowsEachOtherAtOnceWhenANodeJoins() {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		TestNode c = join("c", PATIENCE);
		for (TestNode node : List.of(a, b, c)) {
			assertThat(node.cluster().nodes()).containsExactly("a", "b", "c");
		}
	}

	@Test
	void forgetsANodeThatSaysGoodBye() {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		b.connect("bob");
		b.node().stop();
		assertThat(a.cluster().nodes()).containsExactly("a");
		assertThat(a.cluster().users().value()).isEmpty();
		assertThat(a.cluster().users().unreachableNodes()).isEmpty();
	}

	@Test
	void forgetsANodeThatDiesAfterAFewSeconds() {
		TestNode a = join("a", IMPATIENCE);
		join("b", PATIENCE);
		join("c", PATIENCE);
		this.sockets.get(1).cut();
		second(0, 2);
		second(0, 2);
		assertThat(a.cluster().nodes()).containsExactly("a", "b", "c");
		assertThat(a.cluster().statistics().unreachableNodes()).containsExactly("b");
		second(0, 2);
		second(0, 2);
		assertThat(a.cluster().nodes()).containsExactly("a", "c");
		assertThat(a.cluster().statistics().unreachableNodes()).isEmpty();
	}

	@Test
	void givesNobodyUpForWhatTheChannelDidNotCarry() {
		TestNode a = join("a", IMPATIENCE);
		TestNode b = join("b", IMPATIENCE);
		b.connect("bob");
		this.channel.setBroken(true);
		for (int i = 0; i < 10; i++) {
			second(0, 1);
		}
		assertThat(a.cluster().nodes()).containsExactly("a", "b");
		assertThat(a.cluster().users().unreachableNodes()).containsExactly("b");
		this.channel.setBroken(false);
		second(0, 1);
		assertThat(a.cluster().users().value()).containsOnlyKeys("bob");
		assertThat(a.cluster().users().unreachableNodes()).isEmpty();
	}

	@Test
	void keepsItsNodesWhenManyAreGreetedInOneSecond() {
		TestNode a = join("a", PATIENCE);
		join("b", PATIENCE);
		for (int i = 0; i < 10; i++) {
			join("n" + i, PATIENCE);
		}
		assertThat(a.cluster().nodes()).hasSize(12);
	}

	@Test
	void sendsNothingButHelloWhenNobodyAsks() {
		join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		b.connect("bob", "news");
		// Each has said hello, and has greeted the other.
		TestNode.eventually("the greetings").until(() -> this.channel.countSent() == 4);
		this.channel.takeSent();
		second(0, 1);
		assertThat(this.channel.takeSent()).hasSize(2)
			.allSatisfy((message) -> assertThat(message).hasSizeLessThan(100));
	}

	@Test
	void keepsStillWithoutAChannel() {
		TestNode alone = new TestNode("alone", null, this.nanos::get, PATIENCE);
		this.nodes.add(alone);
		alone.node().start();
		alone.node().hello();
		alone.connect("alice", "news");
		assertThat(alone.cluster().nodes()).containsExactly("alone");
		assertThat(alone.cluster().users().value()).containsEntry("alice", 1);
		assertThat(alone.cluster().find("nobody")).isEmpty();
		TestNode.awaitEndOfThreads(this.threadsBefore);
	}

	@Test
	void comesBackAfterAStop() {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		b.node().stop();
		b.node().start();
		b.node().hello();
		TestNode.eventually("each other")
			.until(() -> a.cluster().nodes().size() == 2 && b.cluster().nodes().size() == 2);
	}

	// What else may be on the channel

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "rubbish", "null", "[]", "{}", "{\"v\":1}", "{\"v\":1,\"type\":\"hello\"}",
			"{\"v\":1,\"type\":\"hello\",\"node\":\"x y\"}", "{\"v\":1,\"type\":\"hello\",\"node\":\"x\"",
			"{\"v\":2,\"type\":\"hello\",\"node\":\"x\"}", "{\"v\":1,\"type\":\"gossip\",\"node\":\"x\"}",
			"{\"v\":1,\"type\":\"ask\",\"node\":\"x\",\"number\":\"y\"}",
			"{\"v\":1,\"type\":\"ask\",\"node\":\"x\"}\n{}",
			"{\"v\":1,\"type\":\"answer\",\"node\":\"b\",\"number\":1}\nrubbish",
			"{\"v\":1,\"type\":\"bye\",\"node\":\"nobody\"}" })
	void ignoresWhatItDoesNotKnow(String message) {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		b.connect("bob");
		this.channel.inject(message);
		assertThat(a.cluster().nodes()).containsExactly("a", "b");
		assertThat(a.cluster().users().value()).containsOnlyKeys("bob");
	}

	@Test
	void understandsALaterReleaseThatSaysMore() {
		TestNode a = join("a", PATIENCE);
		this.channel.inject("{\"v\":1,\"more\":{\"x\":1},\"type\":\"hello\",\"node\":\"later\",\"number\":1}\nmore");
		assertThat(a.cluster().nodes()).containsExactly("a", "later");
		TestNode.eventually("the answer").until(() -> {
			this.channel.inject("{\"v\":1,\"type\":\"ask\",\"node\":\"later\",\"number\":7}\n"
					+ "{\"question\":\"online\",\"user\":\"alice\",\"more\":1}");
			return this.channel.takeSent().stream().anyMatch((message) -> message.contains("\"value\":false"));
		});
	}

	@Test
	void saysAtOnceThatItDoesNotUnderstandAQuestion() {
		join("a", PATIENCE);
		this.channel.takeSent();
		this.channel.inject("{\"v\":1,\"type\":\"ask\",\"node\":\"later\",\"number\":7}\n{\"question\":\"weather\"}");
		List<String> sent = new ArrayList<>();
		TestNode.eventually("the answer").until(() -> {
			sent.addAll(this.channel.takeSent());
			return sent.stream()
				.anyMatch((message) -> message.contains("\"to\":[\"later\"]") && message.contains("not-understood"));
		});
	}

	@Test
	void treatsANodeThatAnswersRubbishAsUnreachable() throws Exception {
		TestNode a = join("a", PATIENCE);
		this.channel.inject("{\"v\":1,\"type\":\"hello\",\"node\":\"odd\",\"number\":1}");
		Thread odd = new Thread(() -> {
			TestNode.eventually("the question").until(() -> this.channel.takeSent().toString().contains("\"ask\""));
			this.channel.inject("{\"v\":1,\"type\":\"answer\",\"node\":\"odd\",\"to\":[\"a\"],\"number\":1}\nrubbish");
		});
		this.channel.takeSent();
		odd.start();
		assertThat(a.cluster().users().unreachableNodes()).containsExactly("odd");
		odd.join();
	}

	// Answers

	@Test
	void countsUsersAndTopicsOfAllNodes() {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		a.connect("alice", "news");
		b.connect("alice", "news");
		b.connect("bob", "sports");
		for (TestNode node : this.nodes) {
			assertThat(node.cluster().users().value().toString()).isEqualTo("{alice=2, bob=1}");
			assertThat(node.cluster().topics().value().toString()).isEqualTo("{news=2, sports=1}");
		}
	}

	@Test
	void knowsWhoIsOnlineAnywhere() {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		// Each has said hello, and has greeted the other.
		TestNode.eventually("the greetings").until(() -> this.channel.countSent() == 4);
		a.connect("alice");
		b.connect("bob");
		SsePresence presence = new ClusterPresence(a.node());
		assertThat(presence.isOnline("bob")).isTrue();
		assertThat(presence.isOnline("carol")).isFalse();
		assertThat(presence.onlineUsers()).containsExactly("alice", "bob");
		this.channel.takeSent();
		assertThat(presence.isOnline("alice")).isTrue();
		assertThat(this.channel.takeSent()).as("messages about somebody who is here").isEmpty();
	}

	/**
	 * What another node says to greet it may still be on its way when it hears its own
	 * first hello.
	 */
	@Test
	void doesNotSayThatAUserIsOfflineBeforeItHasHadTimeToHearTheOthers() {
		TestNode b = add("b", PATIENCE, TestNode.MAX_CONNECTIONS);
		SsePresence presence = new ClusterPresence(b.node());
		assertThat(presence.presence("alice")).isEqualTo(Presence.UNKNOWN);
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> b.cluster().find("elsewhere"))
			.withMessageContaining("try again later");
		second(0);
		assertThat(presence.presence("alice")).isEqualTo(Presence.UNKNOWN);
		assertThat(b.cluster().isCutOff()).isTrue();
		// The other one was there all the time and says its next hello.
		TestNode a = new TestNode("a", this.channel.socket(), this.nanos::get, PATIENCE);
		this.nodes.add(a);
		a.node().start();
		a.connect("alice");
		a.node().hello();
		assertThat(presence.presence("alice")).isEqualTo(Presence.ONLINE);
		assertThat(presence.presence("bob")).isEqualTo(Presence.UNKNOWN);
		second(0, 1);
		assertThat(presence.presence("bob")).isEqualTo(Presence.OFFLINE);
		assertThat(b.cluster().find("elsewhere")).isEmpty();
		assertThat(b.cluster().isCutOff()).isFalse();
	}

	@Test
	void doesNotSayThatAUserIsOfflineAsSoonAsItHearsAgain() {
		TestNode a = join("a", PATIENCE);
		settle();
		SsePresence presence = new ClusterPresence(a.node());
		assertThat(presence.presence("bob")).isEqualTo(Presence.OFFLINE);
		this.nanos.addAndGet(Duration.ofSeconds(4).toNanos());
		second(0);
		// Others may have joined while it heard nothing.
		assertThat(presence.presence("bob")).isEqualTo(Presence.UNKNOWN);
		settle();
		assertThat(presence.presence("bob")).isEqualTo(Presence.OFFLINE);
	}

	@Test
	void doesNotSayThatAUserIsOfflineWhenANodeDoesNotAnswer() {
		TestNode a = join("a", Duration.ofMillis(50));
		TestNode b = join("b", PATIENCE);
		settle();
		a.connect("alice");
		b.connect("bob");
		SsePresence presence = new ClusterPresence(a.node());
		assertThat(presence.presence("bob")).isEqualTo(Presence.ONLINE);
		assertThat(presence.presence("carol")).isEqualTo(Presence.OFFLINE);
		this.sockets.get(1).cut();
		assertThat(presence.presence("alice")).isEqualTo(Presence.ONLINE);
		assertThat(presence.presence("bob")).isEqualTo(Presence.UNKNOWN);
		assertThat(presence.isOnline("bob")).isFalse();
	}

	@Test
	void knowsNothingOfUsersElsewhereWhenItIsCutOff() {
		TestNode a = join("a", PATIENCE);
		settle();
		SsePresence presence = new ClusterPresence(a.node());
		assertThat(presence.presence("bob")).isEqualTo(Presence.OFFLINE);
		assertThat(a.cluster().isCutOff()).isFalse();
		this.nanos.addAndGet(Duration.ofSeconds(4).toNanos());
		assertThat(presence.presence("bob")).isEqualTo(Presence.UNKNOWN);
		assertThat(a.cluster().isCutOff()).isTrue();
		assertThat(a.cluster().silence()).isEqualTo("it has not heard itself for 3 seconds");
		a.node().hello();
		assertThat(a.cluster().silence()).isNull();
		settle();
		assertThat(presence.presence("bob")).isEqualTo(Presence.OFFLINE);
	}

	@Test
	void isCutOffBeforeItHearsItselfAndSaysSoOnlyWhenThatLasts() {
		TestNode a = new TestNode("a", this.channel.socket(), this.nanos::get, PATIENCE);
		try (a) {
			a.node().start();
			assertThat(a.cluster().isCutOff()).isTrue();
			assertThat(new ClusterPresence(a.node()).presence("bob")).isEqualTo(Presence.UNKNOWN);
			assertThat(a.cluster().silence()).isNull();
			this.nanos.addAndGet(Duration.ofSeconds(4).toNanos());
			assertThat(a.cluster().silence()).isNotNull();
		}
	}

	@Test
	void doesNotWaitForTheOthersWhenOneNodeKnows() {
		TestNode a = join("a", Duration.ofMinutes(5));
		TestNode b = join("b", PATIENCE);
		join("c", PATIENCE);
		this.sockets.get(2).cut();
		String id = b.connect("bob");
		assertThat(new ClusterPresence(a.node()).isOnline("bob")).isTrue();
		assertThat(a.cluster().find(id)).get().extracting(SseCluster.Location::nodeId).isEqualTo("b");
	}

	@Test
	void sumsStatistics() {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		a.connect("alice", "news");
		b.connect("alice");
		b.connect("bob");
		assertThat(a.cluster().statistics().value()).containsOnlyKeys("a", "b");
		NodeStatistics sum = NodeStatistics.sum(a.cluster().statistics().value().values(), true);
		assertThat(sum.activeConnections()).isEqualTo(3);
		assertThat(sum.totalConnections()).isEqualTo(3);
		assertThat(sum.users()).containsExactly("alice", "bob");
		assertThat(sum.topics()).containsExactly("news");
		assertThat(sum.maxConnections()).isEqualTo(2 * TestNode.MAX_CONNECTIONS);
		assertThat(sum.published()).containsKeys("broadcast", "user", "topic", "connection");
		assertThat(sum.disconnected()).hasSameSizeAs(io.github.ssehub.CloseReason.values());
	}

	@Test
	void hasNoLimitWhenOneNodeHasNone() {
		TestNode a = join("a", PATIENCE);
		add("b", PATIENCE, 0);
		assertThat(NodeStatistics.sum(a.cluster().statistics().value().values(), true).maxConnections()).isZero();
	}

	@Test
	void showsEachConnectionOnOnePage() {
		List<String> expected = new ArrayList<>();
		for (String id : List.of("a", "b", "c")) {
			TestNode node = join(id, PATIENCE);
			for (int i = 0; i < 3; i++) {
				node.connect("alice", "t" + i);
			}
			node.hub().connections().list().forEach((connection) -> expected.add(connection.getId()));
		}
		TestNode asked = this.nodes.get(1);
		for (int size = 1; size <= 10; size++) {
			List<String> shown = new ArrayList<>();
			for (int page = 0; page * size < 9; page++) {
				SseCluster.Part part = asked.cluster().connections(null, null, page * size, size).value();
				assertThat(part.total()).isEqualTo(9);
				part.connections().forEach((connection) -> shown.add(connection.id()));
			}
			assertThat(shown).isEqualTo(expected);
		}
		assertThat(asked.cluster().connections(null, null, 9, 5).value().connections()).isEmpty();
		SseCluster.Part ofTopic = asked.cluster().connections("alice", "t1", 0, 50).value();
		assertThat(ofTopic.connections()).extracting(NodeConnection::nodeId).containsExactly("a", "b", "c");
		assertThat(ofTopic.connections()).extracting(NodeConnection::topics).containsOnly(Set.of("t1"));
		assertThat(asked.cluster().connections("bob", null, 0, 50).value().total()).isZero();
	}

	@Test
	void asksOnlyTheNodesThatAreOnThePageForConnections() {
		TestNode a = join("a", PATIENCE);
		join("b", PATIENCE).connect("bob");
		join("c", PATIENCE).connect("carol");
		this.channel.takeSent();
		assertThat(a.cluster().connections(null, null, 1, 1).value().connections()).extracting(NodeConnection::user)
			.containsExactly("carol");
		assertThat(this.channel.takeSent()).noneMatch((message) -> message.contains("bob"))
			.anyMatch((message) -> message.contains("carol"));
	}

	// Commands

	@Test
	void changesAConnectionOfAnotherNode() {
		TestNode a = join("a", PATIENCE);
		TestNode b = join("b", PATIENCE);
		String id = b.connect("bob", "news");
		SseCluster.Location location = a.cluster().find(id).orElseThrow();
		assertThat(location).isEqualTo(new SseCluster.Location("b", id, "bob"));
		assertThat(a.cluster().isHere(location)).isFalse();
		assertThat(a.cluster().changeTopics(location, List.of("sports"), List.of())).hasValue(Set.of("news", "sports"));
		assertThat(b.hub().connections().topics()).containsOnlyKeys("news", "sports");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> a.cluster().changeTopics(location, List.of("third"), List.of()))
			.withMessageContaining("sse.topics.max-per-connection");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> a.cluster().changeTopics(location, List.of("x,y"), List.of()))
			.withMessageContaining("comma");
		assertThat(a.cluster().changeTopics(location, List.of(), List.of("news"))).hasValue(Set.of("sports"));
		assertThat(a.cluster().disconnect(location)).isTrue();
		TestNode.eventually("the end").until(() -> b.hub().connections().count() == 0);
		assertThat(a.cluster().disconnect(location)).isFalse();
		assertThat(a.cluster().changeTopics(location, List.of("news"), List.of())).isEmpty();
		settle();
		assertThat(a.cluster().find(id)).isEmpty();
	}

	@Test
	void doesNotSayThatAConnectionIsNotThereWhileANodeIsUnreachable() {
		TestNode a = join("a", IMPATIENCE);
		TestNode b = join("b", PATIENCE);
		String id = b.connect("bob");
		SseCluster.Location location = a.cluster().find(id).orElseThrow();
		this.sockets.get(1).cut();
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> a.cluster().find(id))
			.withMessageContaining("try again later");
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> a.cluster().disconnect(location));
		b.node().stop();
		for (int i = 0; i < 4; i++) {
			second(0);
		}
		assertThat(a.cluster().find(id)).isEmpty();
		assertThat(a.cluster().disconnect(location)).isFalse();
	}

	@Test
	void doesNotSayThatAConnectionIsNotThereWhileItHearsNobody() {
		TestNode a = join("a", PATIENCE);
		String id = a.connect("alice");
		this.nanos.addAndGet(Duration.ofSeconds(4).toNanos());
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> a.cluster().find("elsewhere"));
		assertThat(a.cluster().find(id)).isPresent();
		settle();
		second(0);
		assertThat(a.cluster().find("elsewhere")).isEmpty();
	}

	@Test
	void givesLocalAnswersWhenTheChannelFails() {
		TestNode a = join("a", PATIENCE);
		join("b", PATIENCE).connect("bob");
		String id = a.connect("alice");
		this.channel.setBroken(true);
		assertThat(a.cluster().users().value()).containsOnlyKeys("alice");
		assertThat(a.cluster().users().unreachableNodes()).containsExactly("b");
		assertThat(a.cluster().connections(null, null, 0, 10).value().total()).isEqualTo(1);
		assertThat(a.cluster().disconnect(a.cluster().find(id).orElseThrow())).isTrue();
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> a.cluster().find("elsewhere"));
	}

	@Test
	void meetsWhatTheOtherNodeMet() {
		Reply disabled = new Reply("topics-disabled", "off", null);
		assertThatExceptionOfType(TopicsDisabledException.class)
			.isThrownBy(() -> disabled.get(Question.Subscribed.class, "b"));
		Reply failed = new Reply("later-kind", "no idea", null);
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> failed.get(Question.Subscribed.class, "b"))
			.withMessage("Node 'b' could not answer: no idea");
	}

	// Names

	@Test
	void namesANodeByItsHostAndARandomEnd() {
		assertThat(NodeId.create("web-1", new Random(1))).matches("web-1-[0-9a-z]{6}");
		assertThat(NodeId.create("x".repeat(200), new Random(1))).matches("x{64}-[0-9a-z]{6}");
		assertThat(NodeId.create("höst/a b", new Random(1))).matches("h-st-a-b-[0-9a-z]{6}");
		assertThat(NodeId.isValid(NodeId.create(null, new Random()))).isTrue();
		assertThat(NodeId.create(null, new Random())).isNotEqualTo(NodeId.create(null, new Random()));
	}

	// Nodes

	private TestNode join(String id, Duration timeout) {
		return add(id, timeout, TestNode.MAX_CONNECTIONS);
	}

	private TestNode add(String id, Duration timeout, int maxConnections) {
		TestChannel.Socket socket = this.channel.socket();
		TestNode node = new TestNode(id, socket, this.nanos::get, timeout, maxConnections);
		this.sockets.add(socket);
		this.nodes.add(node);
		node.node().start();
		node.node().hello();
		TestNode.eventually("that all know each other")
			.until(() -> this.nodes.stream().allMatch((one) -> one.cluster().nodes().size() == this.nodes.size()));
		return node;
	}

	/**
	 * Lets the nodes say hello until each is sure to know all.
	 */
	private void settle() {
		for (int i = 0; i < 2; i++) {
			this.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
			this.nodes.forEach((one) -> one.node().hello());
		}
	}

	/**
	 * Lets a second pass in which some nodes say hello.
	 */
	private void second(int... indexes) {
		this.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
		for (int index : indexes) {
			this.nodes.get(index).node().hello();
		}
	}

}
