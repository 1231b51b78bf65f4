package io.github.ssehub.benchmarks.soak;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.Target;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the model finds what it is there to find.
 */
class RoundCheckTests {

	private final Ticks ticks = new Ticks();

	private final Discrepancies found = new Discrepancies();

	private final SoakClient client = new SoakClient(1, this.ticks, new LogIds("e"), this.found);

	private final List<Publication> publications = new ArrayList<>();

	private final ClientStream stream = new ClientStream(this.client, Set.of("mine"), "", this.ticks, new LogIds("e"),
			this.found);

	private long offset;

	@Test
	void acceptsAStreamThatGotWhatIsForIt() {
		Publication first = publish(Target.broadcast(), false);
		publish(Target.topic("other"), false);
		Publication second = publish(Target.topic("mine"), false);
		Publication passing = publish(Target.user("user-0"), true);
		assertThat(check(first, second, passing)).isEmpty();
	}

	@Test
	void findsALostEvent() {
		publish(Target.broadcast(), false);
		Publication second = publish(Target.broadcast(), false);
		assertThat(check(second)).singleElement().asString().contains("misses");
	}

	@Test
	void findsALostEphemeralEvent() {
		publish(Target.broadcast(), true);
		assertThat(check(publish(Target.broadcast(), false))).singleElement().asString().contains("misses");
	}

	@Test
	void findsARepeatedEvent() {
		Publication first = publish(Target.broadcast(), false);
		assertThat(check(first, first)).isNotEmpty().anySatisfy((text) -> assertThat(text).contains("twice"));
	}

	@Test
	void findsEventsOutOfOrder() {
		Publication first = publish(Target.broadcast(), false);
		Publication second = publish(Target.broadcast(), false);
		assertThat(check(second, first)).anySatisfy((text) -> assertThat(text).contains("after position"));
	}

	@Test
	void findsAnEventForSomebodyElse() {
		assertThat(check(publish(Target.topic("other"), false))).singleElement().asString().contains("not for it");
	}

	@Test
	void findsADuplicate() {
		Publication original = publish(Target.broadcast(), false);
		Publication duplicate = new Publication(99, Target.broadcast(), "t", null, null, false, this.ticks.next(),
				this.ticks.next(), original.offset(), true);
		this.publications.add(duplicate);
		assertThat(check(original, duplicate)).anySatisfy((text) -> assertThat(text).contains("is a duplicate"));
	}

	@Test
	void findsDamagedData() {
		Publication publication = publish(Target.broadcast(), false);
		connect();
		feed("id: e.1\nevent: t\ndata: " + publication.number() + " 5 xxxx\n\n");
		assertThat(this.found.first()).singleElement().asString().contains("damaged");
	}

	@Test
	void findsASubscriptionThatCameTooLate() {
		long start = this.ticks.next();
		this.stream.noteChange(new TopicChange("new", true, start, this.ticks.next()));
		publish(Target.topic("new"), false);
		assertThat(check()).singleElement().asString().contains("misses");
	}

	@Test
	void findsASubscriptionThatDidNotEnd() {
		long start = this.ticks.next();
		this.stream.noteChange(new TopicChange("mine", false, start, this.ticks.next()));
		assertThat(check(publish(Target.topic("mine"), false))).singleElement().asString().contains("not for it");
	}

	@Test
	void leavesASubscriptionOpenThatChangesDuringThePublication() {
		long start = this.ticks.next();
		publish(Target.topic("new"), false);
		Publication second = publish(Target.topic("new"), false);
		this.stream.noteChange(new TopicChange("new", true, start, this.ticks.next()));
		assertThat(check(second)).isEmpty();
	}

	@Test
	void findsAPlaceInTheLogThatNobodyPublished() {
		publish(Target.broadcast(), false);
		this.publications.clear();
		new RoundCheck(this.publications, 0, this.offset, OverflowPolicy.DISCONNECT, this.found);
		assertThat(this.found.first()).singleElement().asString().contains("Nobody published");
	}

	private Publication publish(Target target, boolean ephemeral) {
		if (this.stream.from() == ClientStream.UNKNOWN) {
			connect();
		}
		long start = this.ticks.next();
		long offset = ephemeral ? 0 : ++this.offset;
		Publication publication = new Publication(this.publications.size() + 1, target, "t", null, null, ephemeral,
				start, this.ticks.next(), offset, false);
		this.publications.add(publication);
		return publication;
	}

	private void connect() {
		if (this.stream.from() == ClientStream.UNKNOWN) {
			feed("HTTP/1.1 200 OK\r\nX-Client-ID: c1\r\n\r\nid: e.0\nevent: connected\ndata: {}\n\n");
		}
	}

	private List<String> check(Publication... got) {
		for (Publication publication : got) {
			String id = publication.ephemeral() ? "" : "id: e." + publication.offset() + "\n";
			feed(id + "event: t\ndata: " + publication.number() + " 3 xxx\n\n");
		}
		new RoundCheck(this.publications, 0, this.offset, OverflowPolicy.DISCONNECT, this.found).check(this.stream);
		return this.found.first();
	}

	private void feed(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		this.stream.decode(bytes, bytes.length);
	}

}
