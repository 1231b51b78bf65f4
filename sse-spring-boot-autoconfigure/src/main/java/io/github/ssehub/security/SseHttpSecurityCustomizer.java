package io.github.ssehub.security;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;

/**
 * Changes the filter chain of the starter's endpoints before it is built, to add the way
 * an application authenticates:
 *
 * <pre class="code">
 * &#064;Bean
 * SseHttpSecurityCustomizer bearerTokens() {
 *     return (http) -&gt; http.oauth2ResourceServer((server) -&gt; server.jwt(withDefaults()));
 * }
 * </pre>
 *
 * Every bean of this type is called, in order.
 */
@FunctionalInterface
public interface SseHttpSecurityCustomizer {

	/**
	 * Changes the chain.
	 * @param http the chain, with the starter's rules already in it
	 */
	void customize(HttpSecurity http);

}
