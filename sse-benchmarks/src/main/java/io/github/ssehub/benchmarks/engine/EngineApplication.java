package io.github.ssehub.benchmarks.engine;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * An application that has nothing but the starter.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class EngineApplication {

}
