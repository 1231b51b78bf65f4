package io.github.ssehub.web;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.ErrorResponse;

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

	/**
	 * The problem that an exception stands for.
	 */
	static Problem of(ErrorResponse exception) {
		String detail = exception.getBody().getDetail();
		return new Problem(exception.getStatusCode(), (detail != null) ? detail : title(exception.getStatusCode()),
				exception.getHeaders());
	}

	Map<String, Object> body(@Nullable String path) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("type", "about:blank");
		body.put("title", title(this.status));
		body.put("status", this.status.value());
		body.put("detail", this.detail);
		if (path != null) {
			body.put("instance", path);
		}
		String retryAfter = this.headers.getFirst(HttpHeaders.RETRY_AFTER);
		// An exception of the application may have a date there.
		if (retryAfter != null && retryAfter.matches("\\d{1,9}")) {
			body.put("retry_after", Integer.valueOf(retryAfter));
		}
		return body;
	}

	private static String title(HttpStatusCode status) {
		HttpStatus known = HttpStatus.resolve(status.value());
		return (known != null) ? known.getReasonPhrase() : "Error";
	}

}
