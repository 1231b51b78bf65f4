package io.github.ssehub.source;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MessageReaderTests {

	private static final int MAX_BYTES = 4096;

	private final MessageReader reader = new MessageReader(MAX_BYTES);

	@Test
	void passesANotificationOnAsItCame() throws Exception {
		String json = "{\"user_id\": 1, \"message\":\"你好\",\"created_at\":\"2024-01-01T12:00:00Z\", \"n\": 1.10}";
		SourceMessage message = read("\n " + json + " \r\n");
		assertThat(message.target()).isEqualTo(Target.user("1"));
		assertThat(message.event().name()).isEqualTo(SseEvent.DEFAULT_NAME);
		assertThat(message.event().data()).isEqualTo(json);
		assertThat(message.event().id()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "1|1", "\"1\"|1", "\"alice\"|alice", "-7|-7", "0|0",
			"123456789012345678901234567890|123456789012345678901234567890", "\"user 1\"|user 1" })
	void takesANumberOrAStringForAUser(String json, String user) throws Exception {
		assertThat(read("{\"user_id\":" + json + ",\"message\":\"x\"}").target()).isEqualTo(Target.user(user));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "{\"target\":\"broadcast\",\"data\":\"x\"}|BROADCAST|",
					"{\"target\":\"user\",\"user\":\"alice\",\"data\":\"x\"}|USER|alice",
					"{\"target\":\"topic\",\"topic\":\"news\",\"data\":\"x\"}|TOPIC|news",
					"{\"target\":\"topic\",\"topics\":[\"news\"],\"data\":\"x\"}|TOPIC|news",
					"{\"target\":\"connection\",\"connection\":\"c-1\",\"data\":\"x\"}|CONNECTION|c-1",
					"{\"target\":\"user\",\"user\":\"alice\",\"topic\":null,\"data\":\"x\"}|USER|alice",
					"{\"target\":\"user\",\"users\":[\"alice\"],\"data\":\"x\"}|USER|alice",
					"{\"target\":{\"broadcast\":true},\"data\":\"x\"}|BROADCAST|",
					"{\"target\":{\"user\":\"alice\"},\"data\":\"x\"}|USER|alice",
					"{\"target\":{\"users\":[\"alice\"]},\"data\":\"x\"}|USER|alice",
					"{\"target\":{\"topic\":\"a/b\",\"user\":null},\"data\":\"x\"}|TOPIC|a/b",
					"{\"target\":{\"topics\":[\"news\"]},\"data\":\"x\"}|TOPIC|news",
					"{\"target\":{\"connection\":\"c-1\"},\"data\":\"x\"}|CONNECTION|c-1" })
	void readsEachKindOfTarget(String json, Target.Type type, String name) throws Exception {
		Target target = read(json).target();
		assertThat(target.type()).isEqualTo(type);
		if (name != null) {
			assertThat(target.names()).containsExactly(name);
		}
	}

	@Test
	void readsSeveralTopics() throws Exception {
		assertThat(read("{\"target\":\"topic\",\"topics\":[\"a\",\"b\",\"a\"],\"data\":1}").target().names())
			.containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void readsAllFieldsOfAnEvent() throws Exception {
		SseEvent event = read("{\"target\":\"broadcast\",\"event\":\"price\",\"data\":{\"n\":1.10},\"id\":\"q-1\","
				+ "\"key\":\"ACME\",\"retry\":5000,\"ephemeral\":true}")
			.event();
		assertThat(event.name()).isEqualTo("price");
		assertThat(event.data()).hasToString("{\"n\":1.10}");
		assertThat(event.id()).isEqualTo("q-1");
		assertThat(event.key()).isEqualTo("ACME");
		assertThat(event.retry()).isEqualTo(Duration.ofSeconds(5));
		assertThat(event.ephemeral()).isTrue();
	}

	@Test
	void leavesWhatIsNotGivenAtItsDefault() throws Exception {
		SseEvent event = read("{\"target\":\"broadcast\",\"data\":\"line 1\\nline 2\",\"event\":null}").event();
		assertThat(event.name()).isEqualTo(SseEvent.DEFAULT_NAME);
		assertThat(event.data()).isEqualTo("line 1\nline 2");
		assertThat(event.id()).isNull();
		assertThat(event.key()).isNull();
		assertThat(event.retry()).isNull();
		assertThat(event.ephemeral()).isFalse();
	}

	@Test
	void readsSeveralUsers() throws Exception {
		Target target = Target.users(List.of("a", "b"));
		assertThat(read("{\"target\":\"user\",\"users\":[\"a\",\"b\",\"a\"],\"data\":1}").target()).isEqualTo(target);
		assertThat(read("{\"target\":{\"users\":[\"b\",\"a\"]},\"data\":1}").target()).isEqualTo(target);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "true", "null", "[1,2]", "{\"a\":null}", "[]", "{\"b\":1.10,\"a\":1E+1000000}",
			"12345678901234567890123" })
	void takesAnyJsonValueAsData(String json) throws Exception {
		assertThat(read("{\"target\":\"broadcast\",\"data\":" + json + "}").event().data()).hasToString(json);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "``|not valid JSON", "hello|not valid JSON",
			"{|not valid JSON", "{\"user_id\":1}}|not valid JSON",
			"{\"user_id\":1,\"message\":\"x\"} {}|not valid JSON", "{'user_id':1,'message':'x'}|not valid JSON",
			"{\"user_id\":01,\"message\":\"x\"}|not valid JSON", "{\"user_id\":NaN,\"message\":\"x\"}|not valid JSON",
			"{\"user_id\":1,\"user_id\":2,\"message\":\"x\"}|not valid JSON",
			"/* c */{\"user_id\":1,\"message\":\"x\"}|not valid JSON", "[]|not a JSON object", "null|not a JSON object",
			"\"x\"|not a JSON object", "{}|neither 'target' nor 'user_id'",
			"{\"message\":\"x\"}|neither 'target' nor 'user_id'", "{\"user_id\":1}|'message' is missing",
			"{\"user_id\":1,\"message\":null}|'message' is missing",
			"{\"user_id\":1,\"message\":5}|'message' must be a string",
			"{\"user_id\":null,\"message\":\"x\"}|'user_id' must be a string or a whole number",
			"{\"user_id\":1.5,\"message\":\"x\"}|'user_id' must be a string or a whole number",
			"{\"user_id\":true,\"message\":\"x\"}|'user_id' must be a string or a whole number",
			"{\"user_id\":[1],\"message\":\"x\"}|'user_id' must be a string or a whole number",
			"{\"user_id\":\"\",\"message\":\"x\"}|'user' must not be empty",
			"{\"user_id\":\"a\\nb\",\"message\":\"x\"}|'user' must not contain the control character",
			"{\"target\":\"everybody\",\"data\":1}|'target' must be broadcast, user, topic or connection",
			"{\"target\":\"USER\",\"user\":\"a\",\"data\":1}|'target' must be broadcast",
			"{\"target\":null,\"data\":1}|'target' must be broadcast",
			"{\"target\":1,\"data\":1}|'target' must be broadcast, user, topic or connection, or an object",
			"{\"target\":{},\"data\":1}|'target' must have exactly one of",
			"{\"target\":{\"user\":\"a\",\"topic\":\"b\"},\"data\":1}|'target' must have exactly one of",
			"{\"target\":{\"everybody\":true},\"data\":1}|'target' must have exactly one of",
			"{\"target\":{\"broadcast\":false},\"data\":1}|'broadcast' must be true",
			"{\"target\":{\"user\":\"a\"},\"user\":\"a\",\"data\":1}|'user' does not belong to a target that is an object",
			"{\"target\":\"user\",\"user\":\"a\",\"users\":[\"b\"],\"data\":1}|'user' and 'users' exclude each other",
			"{\"target\":{\"users\":[]},\"data\":1}|'users' must not be empty",
			"{\"target\":{\"users\":\"a\"},\"data\":1}|'users' must be a list of strings",
			"{\"target\":{\"topic\":\"a,b\"},\"data\":1}|a topic must have",
			"{\"target\":\"user\",\"data\":1}|'user' is missing",
			"{\"target\":\"user\",\"user\":1,\"data\":1}|'user' must be a string",
			"{\"target\":\"topic\",\"data\":1}|'topic' is missing",
			"{\"target\":\"topic\",\"topics\":\"a\",\"data\":1}|'topics' must be a list of strings",
			"{\"target\":\"topic\",\"topics\":[1],\"data\":1}|'topics' must be a list of strings",
			"{\"target\":\"topic\",\"topics\":[],\"data\":1}|'topics' must not be empty",
			"{\"target\":\"topic\",\"topic\":\"a\",\"topics\":[\"b\"],\"data\":1}|'topic' and 'topics' exclude each other",
			"{\"target\":\"topic\",\"topic\":\"a,b\",\"data\":1}|a topic must have",
			"{\"target\":\"connection\",\"data\":1}|'connection' is missing",
			"{\"target\":\"broadcast\",\"user\":\"a\",\"data\":1}|'user' does not belong to the target 'broadcast'",
			"{\"target\":\"user\",\"user\":\"a\",\"topic\":\"b\",\"data\":1}|'topic' does not belong to the target 'user'",
			"{\"target\":\"broadcast\"}|'data' is missing",
			"{\"target\":\"broadcast\",\"data\":1,\"user_id\":1}|'user_id' is not a field",
			"{\"target\":\"broadcast\",\"data\":1,\"extra\":1}|'extra' is not a field",
			"{\"target\":\"broadcast\",\"data\":1,\"event\":1}|'event' must be a string",
			"{\"target\":\"broadcast\",\"data\":1,\"event\":\"\"}|'event' must not be empty",
			"{\"target\":\"broadcast\",\"data\":1,\"event\":\"reset\"}|'event' must not be one of",
			"{\"target\":\"broadcast\",\"data\":1,\"event\":\"a\\ndata: b\"}|'event' must not contain the control character",
			"{\"target\":\"broadcast\",\"data\":1,\"id\":1}|'id' must be a string",
			"{\"target\":\"broadcast\",\"data\":1,\"id\":\"\\u0000\"}|'id' must not contain the control character",
			"{\"target\":\"broadcast\",\"data\":1,\"key\":\"\\ud800\"}|'key' must not contain an unpaired surrogate",
			"{\"target\":\"broadcast\",\"data\":1,\"retry\":\"5s\"}|'retry' must be a number of milliseconds",
			"{\"target\":\"broadcast\",\"data\":1,\"retry\":-1}|'retry' must be between",
			"{\"target\":\"broadcast\",\"data\":1,\"ephemeral\":\"yes\"}|'ephemeral' must be true or false" })
	void refusesWhatIsWrongAndSaysWhat(String json, String reason) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> read(json))
			.withMessageContaining(reason);
	}

	@Test
	void refusesAMessageThatIsTooLargeBeforeItReadsIt() throws Exception {
		String start = "{\"user_id\":1,\"message\":\"";
		String largest = start + "x".repeat(MAX_BYTES - start.length() - 2) + "\"}";
		assertThat(read(largest).target()).isEqualTo(Target.user("1"));
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> read(largest + " "))
			.withMessageContaining("4097 bytes")
			.withMessageContaining("sse.max-event-size");
	}

	@Test
	void refusesWhatIsNotUtf8() {
		byte[] latin = "{\"user_id\":1,\"message\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> this.reader.read(latin))
			.withMessageContaining("UTF-8");
		byte[] utf16 = "{\"user_id\":1,\"message\":\"x\"}".getBytes(StandardCharsets.UTF_16);
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> this.reader.read(utf16));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[", "{\"data\":", "{\"target\":\"broadcast\",\"data\":[" })
	void survivesDeepNesting(String opening) {
		String json = opening.repeat(200_000);
		MessageReader patient = new MessageReader(Integer.MAX_VALUE);
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> patient.read(json.getBytes(StandardCharsets.UTF_8)));
	}

	@Test
	void survivesNumbersThatAreExpensiveToWriteOut() {
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> read("{\"user_id\":1e999999999,\"message\":\"x\"}"));
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> read("{\"user_id\":" + "9".repeat(2000) + ",\"message\":\"x\"}"));
	}

	/**
	 * A log is read by people and machines that must not be told what to think by whoever
	 * may publish.
	 */
	@ParameterizedTest
	@ValueSource(
			strings = { "{\"target\":\"SECRET\",\"data\":1}", "{\"target\":\"broadcast\",\"SECRET\\n\":1,\"data\":1}",
					"{\"target\":\"topic\",\"topic\":\"SECRET,\",\"data\":1}",
					"{\"target\":\"topic\",\"topic\":\" SECRET\",\"data\":1}",
					"{\"target\":\"user\",\"user\":\"SECRET\\n\",\"data\":1}", "{\"target\":{\"SECRET\":1},\"data\":1}",
					"{\"target\":{\"topics\":[\"SECRET,\"]},\"data\":1}", "SECRET", "{\"user_id\":SECRET}",
					"{\"SECRET\":1}", "{\"target\":\"broadcast\",\"data\":\"x\",\"event\":\"SECRET\\r\"}",
					"{\"user_id\":1,\"message\":\"SECRET" })
	void tellsNothingOfTheContent(String json) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> read(json))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("SECRET").doesNotContain("\n"));
	}

	private SourceMessage read(String json) throws InvalidMessageException {
		return this.reader.read(json.getBytes(StandardCharsets.UTF_8));
	}

}
