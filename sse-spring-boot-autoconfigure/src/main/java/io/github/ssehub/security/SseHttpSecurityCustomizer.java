package io.github.ssehub.security;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;

/**
 * Changes the filter chain of the starter's endpoints before it is built, to add the way
 * an application authenticates:
 *
 * <pre class="code">
 * &#064;Bean
 * SseHttpSecurityCustomizer bearerTokens() {
 *     return (http) -&gt; http.oauth2ResourceServer((server) -&gt; server.jwt((jwt) -&gt; jwt.decoder(this.decoder)));
 * }
 * </pre>
 *
 * Every bean of this type is called, in order. Wrong bearer tokens are answered by the
 * starter's entry point, with a problem document, whatever the chain says about that.
 */
@FunctionalInterface
public interface SseHttpSecurityCustomizer {

	/**
	 * Changes the chain.
	 * @param http the chain, with the starter's rules already in it
	 */
	void customize(HttpSecurity http);

}
