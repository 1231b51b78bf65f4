package io.github.ssehub.sample.chat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.ssehub.CloseReason;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Tells a room who joins and who leaves. A user with two tabs joins with the first and
 * leaves with the last.
 */
@Component
class ChatPresence implements SseConnectionListener {

	private final SsePublisher publisher;

	private final SseConnections connections;

	/**
	 * How many connections each member has. Listeners are called by one thread, so it
	 * needs no lock.
	 */
	private final Map<Member, Integer> members = new HashMap<>();

	ChatPresence(SsePublisher publisher, SseConnections connections) {
		this.publisher = publisher;
		this.connections = connections;
	}

	@Override
	public void onConnected(SseConnection connection) {
		Member member = Member.of(connection);
		if (member != null && this.members.merge(member, 1, Integer::sum) == 1) {
			publish("user-join", member);
		}
	}

	@Override
	public void onDisconnected(SseConnection connection, CloseReason reason) {
		Member member = Member.of(connection);
		if (member != null && this.members.merge(member, -1, Integer::sum) == 0) {
			this.members.remove(member);
			publish("user-leave", member);
		}
	}

	/**
	 * Presence is of the moment: a client that comes back asks who is there, so there is
	 * nothing to replay.
	 */
	private void publish(String name, Member member) {
		this.publisher.toTopic(member.room().topic(),
				SseEvent.named(name)
					.data(new PresenceChange(member.room().name(), member.user(), Instant.now().getEpochSecond()))
					.ephemeral()
					.build());
	}

	List<String> usersIn(ChatRoom room) {
		return this.connections.ofTopic(room.topic())
			.stream()
			.map(Member::of)
			.filter(Objects::nonNull)
			.map(Member::user)
			.distinct()
			.sorted()
			.toList();
	}

	/**
	 * Somebody in a room.
	 */
	private record Member(ChatRoom room, String user) {

		/**
		 * Reads what {@link ChatController} noted. Other connections may be subscribed to
		 * the topic of a room; they are not in it.
		 */
		static @Nullable Member of(SseConnection connection) {
			String room = connection.getMetadata().get("room");
			String user = connection.getMetadata().get("user");
			return (room != null && user != null) ? new Member(new ChatRoom(room), user) : null;
		}

	}

	/**
	 * Somebody came or went.
	 */
	record PresenceChange(String room, String user, long timestamp) {
	}

}
