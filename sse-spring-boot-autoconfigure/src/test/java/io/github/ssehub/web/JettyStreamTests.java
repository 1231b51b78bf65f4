package io.github.ssehub.web;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
		properties = "spring.autoconfigure.exclude=org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration")
class JettyStreamTests extends HttpStreamTests {

}
