package io.github.ssehub.internal.redis;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What a connection factory was made with is read from its field, which a native image
 * has to be told.
 */
public final class RedisRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerType(
					TypeReference.of("org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory"),
					(type) -> type.withField(RedisClients.CONFIGURATION));
	}

}
