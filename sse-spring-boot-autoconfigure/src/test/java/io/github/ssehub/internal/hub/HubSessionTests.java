package io.github.ssehub.internal.hub;

import io.github.ssehub.internal.delivery.FakeFrameSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for what {@link SseHub} does with the HTTP sessions of its clients.
 */
class HubSessionTests {

	private final TestHub hub = TestHub.start();

	@AfterEach
	void leavesNothingBehind() {
		try {
			this.hub.assertLeavesNothingBehind();
		}
		finally {
			this.hub.close();
		}
	}

	@Test
	void endsTheConnectionsOfASessionAlone() {
		TestClient first = this.hub.client().user("alice").session("s1").connected();
		TestClient second = this.hub.client().user("alice").session("s1").connected();
		TestClient other = this.hub.client().user("alice").session("s2").connected();
		TestClient without = this.hub.client().user("alice").connected();
		assertThat(this.hub.connections().disconnectSession("s1")).isEqualTo(2);
		assertThat(first.next("close").data()).contains("disconnected");
		second.next("close");
		assertThat(this.hub.connections().disconnectSession("s1")).isZero();
		this.hub.broadcast("news");
		other.next("news");
		without.next("news");
	}

	@Test
	void followsASessionWhoseIdChanges() {
		TestClient client = this.hub.client().session("before").connected();
		this.hub.hub().changeSessionId("before", "after");
		// Spring Security and the container both tell of it.
		this.hub.hub().changeSessionId("before", "after");
		assertThat(this.hub.connections().disconnectSession("before")).isZero();
		assertThat(this.hub.connections().disconnectSession("after")).isOne();
		client.next("close");
	}

	@Test
	void endsAConnectionWhoseStreamDoesNotTakeAnythingYet() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		TestClient client = this.hub.client().session("s1").sink(sink).connect();
		assertThat(this.hub.connections().count()).isZero();
		assertThat(this.hub.connections().disconnectSession("s1")).isOne();
		sink.release();
		client.next("connected");
		client.next("close");
	}

	@Test
	void refusesNoSession() {
		assertThatNullPointerException().isThrownBy(() -> this.hub.connections().disconnectSession(null))
			.withMessageContaining("'sessionId'");
	}

	@Test
	void showsTheIdOfASessionToNobody() {
		ConnectionRequest request = new ConnectionRequest("alice", "192.0.2.1", "secret", null);
		assertThat(request).asString().contains("alice").doesNotContain("secret");
		TestClient client = this.hub.client().session("secret").connected();
		assertThat(client.connection()).asString().doesNotContain("secret");
	}

}
