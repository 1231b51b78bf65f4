package io.github.ssehub;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;

/**
 * A name or another value is refused: the name of a topic, a user or an event, a target,
 * too many topics. Nothing has been changed or published. When it leaves a controller,
 * Spring MVC answers 400.
 */
public class InvalidArgumentException extends IllegalArgumentException implements ErrorResponse {

	private final ProblemDetail body;

	/**
	 * Creates the exception.
	 * @param message which value is refused, and what it has to be
	 */
	public InvalidArgumentException(String message) {
		this(HttpStatus.BAD_REQUEST, message);
	}

	InvalidArgumentException(HttpStatus status, String message) {
		super(message);
		this.body = ProblemDetail.forStatusAndDetail(status, message);
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return HttpStatusCode.valueOf(this.body.getStatus());
	}

	@Override
	public ProblemDetail getBody() {
		return this.body;
	}

}
