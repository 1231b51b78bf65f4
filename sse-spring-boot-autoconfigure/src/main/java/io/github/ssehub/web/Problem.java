package io.github.ssehub.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.ConnectionRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/**
 * An error as RFC 9457 wants it told.
 *
 * @param status the HTTP status
 * @param detail what went wrong and what to do
 * @param headers the headers that go with it
 */
record Problem(HttpStatusCode status, String detail, HttpHeaders headers) {

	static Problem of(HttpStatusCode status, String detail) {
		return new Problem(status, detail, new HttpHeaders());
	}

	static Problem of(ConnectionRefusedException exception) {
		HttpStatus status = switch (exception.getReason()) {
			case FULL, DRAINING -> HttpStatus.SERVICE_UNAVAILABLE;
			case USER_LIMIT -> HttpStatus.TOO_MANY_REQUESTS;
		};
		return retryLater(status, messageOf(exception), exception.getRetryAfter());
	}

	static Problem retryLater(HttpStatusCode status, String detail, Duration retryAfter) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, retryAfter.toSeconds())));
		return new Problem(status, detail, headers);
	}

	static String messageOf(Throwable exception) {
		String message = exception.getMessage();
		return (message != null) ? message : exception.getClass().getSimpleName();
	}

	Map<String, Object> body(@Nullable String path) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("type", "about:blank");
		body.put("title", title());
		body.put("status", this.status.value());
		body.put("detail", this.detail);
		if (path != null) {
			body.put("instance", path);
		}
		List<String> retryAfter = this.headers.get(HttpHeaders.RETRY_AFTER);
		if (retryAfter != null) {
			body.put("retry_after", Integer.valueOf(retryAfter.get(0)));
		}
		return body;
	}

	private String title() {
		HttpStatus known = HttpStatus.resolve(this.status.value());
		return (known != null) ? known.getReasonPhrase() : "Error";
	}

}
