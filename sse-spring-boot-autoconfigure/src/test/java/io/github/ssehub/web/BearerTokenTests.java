package io.github.ssehub.web;

import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.ssehub.security.SseHttpSecurityCustomizer;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications whose users come with a signed token.
 */
@ExtendWith(OutputCaptureExtension.class)
class BearerTokenTests {

	private static final KeyPair KEYS = keys();

	private static final String EVENT = "{\"data\":\"x\"}";

	@ParameterizedTest
	@EnumSource
	void takesTheTokensOfTheApplicationsOwnChain(TestServer.Kind server, CapturedOutput output) throws Exception {
		try (TestServer application = TestServer.run(server, Map.of("logging.level.io.github.ssehub.security", "debug"),
				TokenApplication.class)) {
			SseRecorder alice = SseRecorder.open(application.uri("/api/sse/connect"), "Authorization",
					bearer(token("alice", 60)));
			assertThat(alice.status()).isEqualTo(200);
			assertThat(alice.next("connected").data()).contains("\"user_id\":\"alice\"");
			// The converter of the application makes roles of a claim. A token is no
			// forgery, wherever the page is from.
			assertThat(application
				.send("POST", "/api/sse/broadcast", EVENT, "Authorization", bearer(token("root", 60, "ADMIN")),
						"Content-Type", "application/json", "Sec-Fetch-Site", "cross-site")
				.statusCode()).isEqualTo(200);
			alice.next("message");
			assertThat(application.send("GET", "/api/sse/stats", "", "Authorization", bearer(token("alice", 60)))
				.statusCode()).isEqualTo(403);

			HttpResponse<String> anonymous = application.send("GET", "/api/sse/connect", "");
			assertUnauthorized(anonymous, "Authentication is required");
			assertThat(challenges(anonymous)).singleElement().asString().startsWith("Bearer ");

			HttpResponse<String> expired = application.send("GET", "/api/sse/connect", "", "Authorization",
					bearer(token("alice", -3600)));
			assertUnauthorized(expired, "The credentials are wrong");
			assertThat(challenges(expired)).singleElement().asString().contains("error=\"invalid_token\"", "expired");
			assertThat(output).contains("GET /api/sse/connect is answered with 401", "Jwt expired at");

			assertUnauthorized(
					application.send("GET", "/api/sse/connect", "", "Authorization", bearer(token("alice", 60) + "x")),
					"The credentials are wrong");
			HttpResponse<String> basic = application.send("GET", "/api/sse/connect", "", "Authorization",
					SseRecorder.basic("alice", "alice"));
			assertUnauthorized(basic, "must have one of the schemes that are on here: [Bearer]");
		}
	}

	@ParameterizedTest
	@EnumSource
	void takesTokensAndPasswordsWhereBothAreOn(TestServer.Kind server) throws Exception {
		try (TestServer application = TestServer.run(server, Map.of(), StreamTestApplication.class,
				DecoderConfiguration.class)) {
			assertThat(
					application.send("GET", "/api/sse/stats", "", "Authorization", SseRecorder.basic("admin", "admin"))
						.statusCode())
				.isEqualTo(200);
			// Without a converter of the application a token gives no role.
			HttpResponse<String> refused = application.send("GET", "/api/sse/stats", "", "Authorization",
					bearer(token("root", 60, "ADMIN")));
			assertThat(refused.statusCode()).isEqualTo(403);
			assertThat(refused.body()).contains("role 'ADMIN'");
			HttpResponse<String> anonymous = application.send("GET", "/api/sse/stats", "");
			assertThat(challenges(anonymous)).hasSize(2)
				.anyMatch((challenge) -> challenge.startsWith("Basic "))
				.anyMatch((challenge) -> challenge.startsWith("Bearer "));
			HttpResponse<String> script = application.send("GET", "/api/sse/stats", "", "Sec-Fetch-Dest", "empty");
			assertThat(challenges(script)).singleElement().asString().startsWith("Bearer ");
		}
	}

	@ParameterizedTest
	@EnumSource
	void takesOpaqueTokens(TestServer.Kind server) throws Exception {
		try (TestServer application = TestServer.run(server, Map.of(), StreamTestApplication.class,
				IntrospectorConfiguration.class)) {
			assertThat(application.send("GET", "/api/sse/stats", "", "Authorization", bearer("good")).statusCode())
				.isEqualTo(200);
			HttpResponse<String> wrong = application.send("GET", "/api/sse/connect", "", "Authorization",
					bearer("bad"));
			assertUnauthorized(wrong, "The credentials are wrong");
			assertThat(challenges(wrong)).anyMatch((challenge) -> challenge.contains("error=\"invalid_token\""));
		}
	}

	/**
	 * The filter for tokens answers by itself, and not by the entry point of the chain.
	 */
	@ParameterizedTest
	@EnumSource
	void answersWrongTokensOfACustomizerWithAProblemDocument(TestServer.Kind server) throws Exception {
		try (TestServer application = TestServer.run(server, Map.of(), StreamTestApplication.class,
				RecipeConfiguration.class)) {
			assertThat(application
				.send("PUT", "/api/sse/connections/unknown/topics/a", "", "Authorization", bearer(token("alice", 60)))
				.statusCode()).isEqualTo(404);
			HttpResponse<String> expired = application.send("GET", "/api/sse/connect", "", "Authorization",
					bearer(token("alice", -3600)));
			assertUnauthorized(expired, "The credentials are wrong");
			assertThat(challenges(expired)).anyMatch((challenge) -> challenge.contains("error=\"invalid_token\""));
		}
	}

	/**
	 * Nobody reads the header, so nobody says that it is wrong.
	 */
	@ParameterizedTest
	@EnumSource
	void saysWhichSchemesAreOnWhenATokenIsNotOneOfThem(TestServer.Kind server) throws Exception {
		try (TestServer application = TestServer.run(server, Map.of(), StreamTestApplication.class)) {
			HttpResponse<String> refused = application.send("GET", "/api/sse/connect", "", "Authorization",
					bearer(token("alice", 60)));
			assertUnauthorized(refused, "must have one of the schemes that are on here: [Basic]");
			assertThat(challenges(refused)).singleElement().asString().startsWith("Basic ");
		}
	}

	private static void assertUnauthorized(HttpResponse<String> response, String detail) {
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains(detail);
	}

	private static List<String> challenges(HttpResponse<String> response) {
		return response.headers().allValues("WWW-Authenticate");
	}

	private static String bearer(String token) {
		return "Bearer " + token;
	}

	private static String token(String subject, long seconds, String... roles) throws JOSEException {
		SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256),
				new JWTClaimsSet.Builder().subject(subject)
					.expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
					.claim("roles", List.of(roles))
					.build());
		token.sign(new RSASSASigner(KEYS.getPrivate()));
		return token.serialize();
	}

	private static KeyPair keys() {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
			generator.initialize(2048);
			return generator.generateKeyPair();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JwtDecoder decoder() {
		return NimbusJwtDecoder.withPublicKey((RSAPublicKey) KEYS.getPublic()).build();
	}

	/**
	 * An application that has tokens alone.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TokenApplication {

		@Bean
		JwtDecoder jwtDecoder() {
			return decoder();
		}

		@Bean
		JwtAuthenticationConverter jwtAuthenticationConverter() {
			JwtGrantedAuthoritiesConverter authorities = new JwtGrantedAuthoritiesConverter();
			authorities.setAuthoritiesClaimName("roles");
			authorities.setAuthorityPrefix("ROLE_");
			JwtAuthenticationConverter converter = new JwtAuthenticationConverter();
			converter.setJwtGrantedAuthoritiesConverter(authorities);
			return converter;
		}

		@Bean
		SecurityFilterChain applicationChain(HttpSecurity http) {
			http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
			http.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()));
			return http.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DecoderConfiguration {

		@Bean
		JwtDecoder jwtDecoder() {
			return decoder();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class IntrospectorConfiguration {

		@Bean
		OpaqueTokenIntrospector introspector() {
			return (token) -> {
				if (!token.equals("good")) {
					throw new BadOpaqueTokenException("unknown");
				}
				return new DefaultOAuth2AuthenticatedPrincipal("root", Map.of("sub", "root"),
						AuthorityUtils.createAuthorityList("ROLE_ADMIN"));
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RecipeConfiguration {

		@Bean
		SseHttpSecurityCustomizer bearerTokens() {
			return (http) -> http.oauth2ResourceServer((server) -> server.jwt((jwt) -> jwt.decoder(decoder())));
		}

	}

}
