package io.github.ssehub.web;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
		properties = "spring.autoconfigure.exclude=org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration")
class TomcatStreamTests extends HttpStreamTests {

}
