package io.github.ssehub.web;

import org.springframework.http.HttpStatus;

/**
 * A request that is answered with a {@link Problem}.
 */
class ProblemException extends RuntimeException {

	private final Problem problem;

	ProblemException(HttpStatus status, String detail) {
		super(detail);
		this.problem = Problem.of(status, detail);
	}

	Problem getProblem() {
		return this.problem;
	}

}
