package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Members}.
 */
class MembersTests {

	private final TestHub hub = TestHub.start();

	@AfterEach
	void close() {
		this.hub.close();
	}

	/**
	 * However many there are and whoever leaves, it holds what a plain list holds.
	 */
	@Test
	void holdsWhoeverWasAddedAndNotRemoved() {
		List<HubConnection> connections = connections(300);
		for (int seed = 0; seed < 20; seed++) {
			Random random = new Random(seed);
			Members members = new Members();
			List<HubConnection> in = new ArrayList<>();
			List<HubConnection> out = new ArrayList<>(connections);
			for (int i = 0; i < 3000; i++) {
				boolean grows = (i / 500) % 2 == 0;
				if (!out.isEmpty() && random.nextInt(10) < (grows ? 8 : 2)) {
					HubConnection connection = out.remove(random.nextInt(out.size()));
					members.add(connection);
					in.add(connection);
				}
				else if (!in.isEmpty()) {
					HubConnection connection = in.remove(random.nextInt(in.size()));
					members.remove(connection);
					out.add(connection);
				}
				assertThat(members.size()).isEqualTo(in.size());
			}
			assertThat(all(members)).as("seed " + seed).containsExactlyInAnyOrderElementsOf(in);
			in.forEach(members::remove);
			assertThat(members.size()).as("seed " + seed).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, Members.FEW, Members.FEW + 1, 100 })
	void removesNobodyWhoIsNotThere(int size) {
		Members members = members(connections(size));
		members.remove(connections(1).get(0));
		assertThat(members.size()).isEqualTo(size);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, Members.FEW, Members.FEW + 1, 1000 })
	void visitsEachOnceWhenThoseVisitedLeaveOnTheWay(int size) {
		List<HubConnection> connections = connections(size);
		Members members = members(connections);
		List<HubConnection> visited = new ArrayList<>();
		for (int i = members.size() - 1; i >= 0; i--) {
			HubConnection connection = members.get(i);
			visited.add(connection);
			members.remove(connection);
		}
		assertThat(visited).containsExactlyInAnyOrderElementsOf(connections);
		assertThat(members.size()).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void removesThoseWhoCameFirstOrLast(boolean first) {
		List<HubConnection> connections = connections(200);
		Members members = members(connections);
		if (!first) {
			Collections.reverse(connections);
		}
		while (!connections.isEmpty()) {
			members.remove(connections.remove(0));
			assertThat(all(members)).containsExactlyInAnyOrderElementsOf(connections);
		}
	}

	/**
	 * A mass disconnect. When each removal looked through the others, this took minutes.
	 */
	@Test
	@Timeout(30)
	void removesVeryManyInLittleTime() {
		List<HubConnection> connections = connections(200_000);
		Members members = members(connections);
		assertThat(members.size()).isEqualTo(200_000);
		connections.forEach(members::remove);
		assertThat(members.size()).isZero();
	}

	@Test
	void countsThoseThatMeetACondition() {
		List<HubConnection> connections = connections(50);
		Members members = members(connections);
		assertThat(members.count((connection) -> true)).isEqualTo(50);
		assertThat(members.count((connection) -> connections.indexOf(connection) < 20)).isEqualTo(20);
		members.remove(connections.get(0));
		assertThat(members.count((connection) -> connections.indexOf(connection) < 20)).isEqualTo(19);
		assertThat(new Members().count((connection) -> true)).isZero();
	}

	private List<HubConnection> connections(int count) {
		return new ArrayList<>(IntStream.range(0, count).mapToObj((i) -> this.hub.client().build()).toList());
	}

	private static Members members(List<HubConnection> connections) {
		Members members = new Members();
		connections.forEach(members::add);
		return members;
	}

	private static List<HubConnection> all(Members members) {
		return IntStream.range(0, members.size()).mapToObj(members::get).toList();
	}

}
