package io.github.ssehub.security;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;

/**
 * Answers 403. The error page makes it a problem document.
 */
final class ProblemAccessDeniedHandler implements AccessDeniedHandler {

	private static final Log logger = LogFactory.getLog(ProblemAccessDeniedHandler.class);

	private final String adminRole;

	private final String adminAuthority;

	private final AtomicBoolean toldOfRole = new AtomicBoolean();

	/**
	 * Creates a handler.
	 * @param adminRole the role of administrators
	 * @param rolePrefix what makes an authority of a role in this application
	 */
	ProblemAccessDeniedHandler(String adminRole, String rolePrefix) {
		this.adminRole = adminRole;
		this.adminAuthority = rolePrefix + adminRole;
	}

	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException exception)
			throws IOException {
		if (response.isCommitted()) {
			return;
		}
		response.sendError(HttpServletResponse.SC_FORBIDDEN, detail(request, exception));
	}

	private String detail(HttpServletRequest request, AccessDeniedException exception) {
		if (exception instanceof CsrfException) {
			return "The request may have been forged by a page of another site: send the header '%s', the CSRF token of the session, or a bearer token"
				.formatted(SseCsrfRequestMatcher.REQUESTED_WITH);
		}
		if (lacksAdminRole(exception)) {
			tellOfRole(request);
			return "This needs the role '%s', which you do not have".formatted(this.adminRole);
		}
		return "You are not allowed to do this";
	}

	private boolean lacksAdminRole(AccessDeniedException exception) {
		return exception instanceof AuthorizationDeniedException denied
				&& denied.getAuthorizationResult() instanceof AuthorityAuthorizationDecision decision
				&& decision.getAuthorities()
					.stream()
					.anyMatch((authority) -> this.adminAuthority.equals(authority.getAuthority()));
	}

	/**
	 * The name as one line, whatever a client put into it.
	 */
	private static String user(HttpServletRequest request) {
		return String.valueOf(request.getRemoteUser()).replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?");
	}

	/**
	 * Once, for whoever sets an application up. What clients are refused later is theirs.
	 */
	private void tellOfRole(HttpServletRequest request) {
		if (this.toldOfRole.compareAndSet(false, true)) {
			logger.info(
					"%s %s was refused, because the user '%s' does not have the role '%s'. Give it to the users who may publish, such as with spring.security.user.roles=%s for the user of Spring Boot, or name another role in sse.security.admin-role"
						.formatted(request.getMethod(), request.getRequestURI(), user(request), this.adminRole,
								this.adminRole));
		}
	}

}
