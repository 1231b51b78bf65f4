package io.github.ssehub.autoconfigure;

import java.util.function.Consumer;

import io.github.ssehub.Presence;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePresence;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.test.RedisProcess;
import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application runs from what is generated ahead of time. Compiling that takes its
 * time, so there is one test with as many parts as there can be.
 */
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	@Test
	void runsWithTheLogInRedis() {
		try (RedisProcess redis = RedisProcess.start()) {
			run((context) -> {
				assertThat(context.getBean(EventLog.class).describe()).containsEntry("type", "redis");
				publish(context);
			}, "sse.log.type=redis", "spring.data.redis.port=" + redis.port(), "sse.source.redis.channels=channel");
		}
	}

	private static void publish(ConfigurableApplicationContext context) {
		context.getBean(SsePublisher.class).broadcast(SseEvent.of("data"));
		assertThat(context.getBean(EventLog.class).head().offset()).isOne();
		assertThat(context.getBean(SsePresence.class).presence("alice")).isNotEqualTo(Presence.ONLINE);
	}

	@SuppressWarnings("unchecked")
	private static void run(Consumer<ConfigurableApplicationContext> check, String... properties) {
		TestPropertyValues values = TestPropertyValues.of(properties).and("server.port=0");
		TestGenerationContext generated = new TestGenerationContext(AheadOfTimeTests.class);
		AnnotationConfigServletWebServerApplicationContext source = new AnnotationConfigServletWebServerApplicationContext();
		values.applyTo(source);
		source.register(TestApplication.class);
		ClassName name = new ApplicationContextAotGenerator().processAheadOfTime(source, generated);
		generated.writeGeneratedContent();
		TestCompiler.forSystem().with(generated).compile((compiled) -> {
			try (ServletWebServerApplicationContext context = new ServletWebServerApplicationContext()) {
				values.applyTo(context);
				ApplicationContextInitializer<GenericApplicationContext> initializer = compiled
					.getInstance(ApplicationContextInitializer.class, name.toString());
				initializer.initialize(context);
				context.refresh();
				check.accept(context);
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TestApplication {

	}

}
