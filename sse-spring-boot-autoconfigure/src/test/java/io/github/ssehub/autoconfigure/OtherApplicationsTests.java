package io.github.ssehub.autoconfigure;

import java.util.List;
import java.util.Map;

import io.github.ssehub.SsePublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that have this module and can have no event streams.
 */
@ExtendWith(OutputCaptureExtension.class)
class OtherApplicationsTests {

	private static final String NOTICE = "There are no event streams, because they need Spring MVC";

	@Test
	void leavesAReactiveApplicationAlone(CapturedOutput output) {
		new ReactiveWebApplicationContextRunner().withConfiguration(all())
			.withClassLoader(new FilteredClassLoader("jakarta.servlet", "org.springframework.web.servlet",
					"org.springframework.boot.webmvc", "org.springframework.boot.servlet", "org.apache.catalina",
					"org.eclipse.jetty"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SsePublisher.class)
				.doesNotHaveBean(SseProperties.class));
		assertThat(output.getOut().split(NOTICE, -1)).hasSize(2);
	}

	@Test
	void leavesAReactiveApplicationAloneThatHasSpringMvcToo(CapturedOutput output) {
		SpringApplication application = new SpringApplication(ReactiveApplication.class);
		application.setWebApplicationType(WebApplicationType.REACTIVE);
		application.setDefaultProperties(Map.of("server.port", "0"));
		try (ConfigurableApplicationContext context = application.run()) {
			assertThat(context).isInstanceOf(ReactiveWebServerApplicationContext.class);
			assertThat(context.getBeansOfType(SsePublisher.class)).isEmpty();
		}
		assertThat(output.getOut().split(NOTICE, -1)).hasSize(2);
	}

	@Test
	void leavesAServletApplicationAloneThatHasNoSpringMvc(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(all())
			.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SsePublisher.class));
		assertThat(output).contains(NOTICE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.log.type=redis", "sse.log.type=memory" })
	void leavesAServletApplicationAloneThatHasNoSpringMvcWhateverItSets(String property) {
		new WebApplicationContextRunner().withConfiguration(all())
			.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet"))
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SsePublisher.class));
	}

	@Test
	void saysNothingOutsideOfTheWebOrWhenSwitchedOff(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(all())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SsePublisher.class));
		new ReactiveWebApplicationContextRunner().withConfiguration(all())
			.withPropertyValues("sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SsePublisher.class));
		assertThat(output).doesNotContain(NOTICE);
	}

	private static AutoConfigurations all() {
		List<String> names = ImportCandidates
			.load(AutoConfiguration.class, OtherApplicationsTests.class.getClassLoader())
			.getCandidates();
		return AutoConfigurations.of(names.stream()
			.filter((name) -> name.startsWith("io.github.ssehub"))
			.map((name) -> ClassUtils.resolveClassName(name, null))
			.toArray(Class<?>[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatReactiveWebServerAutoConfiguration.class, SseAutoConfiguration.class,
			SseServerAutoConfiguration.class, SseAbsenceAutoConfiguration.class })
	static class ReactiveApplication {

		@Bean
		HttpHandler handler() {
			return (request, response) -> response.setComplete();
		}

	}

}
