package io.github.ssehub.sample;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells the page who is signed in, and what its requests have to carry.
 */
@RestController
class AccountController {

	@GetMapping("/me")
	Account me(HttpServletRequest request, CsrfToken csrf) {
		return new Account(request.getRemoteUser(), request.isUserInRole("ADMIN"),
				new Csrf(csrf.getHeaderName(), csrf.getToken()));
	}

	/**
	 * Who is signed in.
	 */
	record Account(@Nullable String name, boolean admin, Csrf csrf) {
	}

	/**
	 * The header that a request authenticated by the session needs.
	 */
	record Csrf(String header, String token) {
	}

}
