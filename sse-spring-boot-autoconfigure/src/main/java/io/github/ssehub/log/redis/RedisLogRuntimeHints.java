package io.github.ssehub.log.redis;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.core.io.ClassPathResource;

/**
 * The scripts are read by name, which a native image has to be told.
 */
final class RedisLogRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		RedisLogStore.SCRIPTS.forEach((script) -> hints.resources()
			.registerResource(new ClassPathResource(RedisLogStore.path(script), classLoader)));
	}

}
