package io.github.ssehub;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;

/**
 * Something is not possible at the moment. The caller may try again after a while. When
 * it leaves a controller, Spring MVC answers with the status and {@code Retry-After}.
 */
public abstract class RetryLaterException extends RuntimeException implements ErrorResponse {

	private final Duration retryAfter;

	private final ProblemDetail body;

	private final HttpHeaders headers = new HttpHeaders();

	/**
	 * Creates the exception.
	 * @param status the HTTP status, such as 503
	 * @param retryAfter when the caller may try again
	 * @param message what is not possible
	 * @param cause why, or {@code null}
	 */
	protected RetryLaterException(int status, Duration retryAfter, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.retryAfter = retryAfter;
		this.body = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(status), message);
		this.headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, retryAfter.toSeconds())));
	}

	/**
	 * When the caller may try again.
	 * @return the time to wait
	 */
	public Duration getRetryAfter() {
		return this.retryAfter;
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return HttpStatusCode.valueOf(this.body.getStatus());
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public ProblemDetail getBody() {
		return this.body;
	}

}
