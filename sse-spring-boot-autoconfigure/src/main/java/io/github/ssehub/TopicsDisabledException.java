package io.github.ssehub;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;

/**
 * Topics are switched off and somebody subscribed or published to one. The status is 400.
 */
public class TopicsDisabledException extends IllegalStateException implements ErrorResponse {

	private static final String MESSAGE = "Topics are switched off: set sse.topics.enabled=true to use them";

	private final ProblemDetail body = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, MESSAGE);

	/**
	 * Creates the exception.
	 */
	public TopicsDisabledException() {
		super(MESSAGE);
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return HttpStatus.BAD_REQUEST;
	}

	@Override
	public ProblemDetail getBody() {
		return this.body;
	}

}
