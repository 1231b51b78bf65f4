package io.github.ssehub.web;

import java.time.Duration;

import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import jakarta.servlet.ServletException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * An application tests a controller that returns a connection with MockMvc, whose
 * response can only be written by a thread that waits.
 */
@WebMvcTest
@ExtendWith(OutputCaptureExtension.class)
class WebMvcSliceTests {

	@Autowired
	private MockMvc mockMvc;

	@Autowired
	private SsePublisher publisher;

	@Autowired
	private SseConnections connections;

	@Test
	void aControllerCanBeTested(CapturedOutput output) throws Exception {
		MvcResult result = this.mockMvc.perform(get("/chat/lobby").principal(() -> "alice"))
			.andExpect(status().isOk())
			.andExpect(request().asyncStarted())
			.andExpect(header().exists("X-Client-ID"))
			.andReturn();
		assertThat(result.getResponse().getContentAsString()).contains("event: connected", "\"user_id\":\"alice\"");
		this.publisher.toTopic("chat-room-lobby", SseEvent.of("m", "hello"));
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(
					() -> assertThat(result.getResponse().getContentAsString()).contains("event: m\ndata: hello"));
		String id = result.getResponse().getHeader("X-Client-ID");
		assertThat(this.connections.disconnect(id)).isTrue();
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(result.getResponse().getContentAsString()).contains("event: close"));
		assertThat(output).doesNotContain("cannot be written without blocking");
	}

	/**
	 * An adapter that is no bean of the context, as of a second dispatcher servlet.
	 */
	@Test
	void anAdapterThatTheStarterDoesNotKnowOpensNoStreamThatNobodyWrites() {
		MockMvc other = MockMvcBuilders.standaloneSetup(new ForeignController(this.connections)).build();
		assertThatExceptionOfType(ServletException.class).isThrownBy(() -> other.perform(get("/foreign")))
			.havingRootCause()
			.withMessageContaining("RequestMappingHandlerAdapter that the starter does not know");
	}

	@RestController
	static class ForeignController {

		private final SseConnections connections;

		ForeignController(SseConnections connections) {
			this.connections = connections;
		}

		@GetMapping("/foreign")
		SseConnection open() {
			return this.connections.open().build();
		}

	}

}
