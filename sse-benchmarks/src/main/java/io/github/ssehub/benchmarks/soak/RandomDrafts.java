package io.github.ssehub.benchmarks.soak;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.github.ssehub.Target;
import org.jspecify.annotations.Nullable;

/**
 * Thinks of something to publish. Safe for use by any thread, each with its own random.
 */
final class RandomDrafts {

	private static final int KEYS = 6;

	private final List<SoakClient> clients;

	/** Idempotency keys to repeat, also by two threads at once. */
	private final AtomicReferenceArray<@Nullable String> recentIds = new AtomicReferenceArray<>(4);

	private final AtomicInteger nextId = new AtomicInteger();

	RandomDrafts(List<SoakClient> clients) {
		this.clients = clients;
	}

	Draft next(SplittableRandom random) {
		boolean ephemeral = random.nextInt(100) < 15;
		String key = (!ephemeral && random.nextInt(100) < 60) ? "key-" + random.nextInt(KEYS) : null;
		String id = (!ephemeral && random.nextInt(100) < 20) ? id(random) : null;
		String name = random.nextBoolean() ? "b" : SoakClient.UNFILTERED_NAME;
		return new Draft(target(random), name, key, id, ephemeral, padding(random));
	}

	private Target target(SplittableRandom random) {
		SoakClient client = this.clients.get(random.nextInt(this.clients.size()));
		int kind = random.nextInt(100);
		if (kind < 20) {
			return Target.broadcast();
		}
		if (kind < 40) {
			return Target.user(client.user());
		}
		if (kind < 70) {
			return Target.topic(topic(random));
		}
		if (kind < 85) {
			Set<String> topics = new TreeSet<>();
			for (int i = random.nextInt(2, 5); i > 0; i--) {
				topics.add(topic(random));
			}
			return Target.topics(topics);
		}
		ClientStream stream = client.stream();
		String connectionId = (stream != null) ? stream.connectionId() : null;
		return (connectionId != null) ? Target.connection(connectionId) : Target.user(client.user());
	}

	private static String topic(SplittableRandom random) {
		return SoakClient.topic(random.nextInt(1000));
	}

	private String id(SplittableRandom random) {
		int slot = random.nextInt(this.recentIds.length());
		String recent = this.recentIds.get(slot);
		if (recent != null && random.nextInt(100) < 60) {
			return recent;
		}
		String id = "id-" + this.nextId.getAndIncrement();
		this.recentIds.set(slot, id);
		return id;
	}

	private static int padding(SplittableRandom random) {
		int kind = random.nextInt(100);
		if (kind < 75) {
			return random.nextInt(200);
		}
		return (kind < 93) ? random.nextInt(2_000) : random.nextInt(12_000);
	}

	/**
	 * Repeats none of the present ids any more.
	 */
	void forgetIds() {
		for (int i = 0; i < this.recentIds.length(); i++) {
			this.recentIds.set(i, null);
		}
	}

}
