package io.github.ssehub.benchmarks.workload;

import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import io.github.ssehub.benchmarks.server.EmitterServer;
import io.github.ssehub.benchmarks.server.EventBusServer;
import io.github.ssehub.benchmarks.server.FloorServer;
import io.github.ssehub.benchmarks.server.FluxServer;
import io.github.ssehub.benchmarks.server.StarterServer;

/**
 * What is measured side by side.
 */
public enum Rival {

	/** The starter on Tomcat. */
	STARTER_TOMCAT("starter, Tomcat"),

	/** The starter on Jetty. */
	STARTER_JETTY("starter, Jetty"),

	/** The starter on two nodes with Redis between them. */
	STARTER_NODES("starter, two nodes"),

	/** A loop over plain emitters. */
	EMITTER("SseEmitter loop"),

	/** The library sse-eventbus. */
	EVENTBUS("sse-eventbus"),

	/** WebFlux on Netty. */
	FLUX("WebFlux"),

	/** nginx with nchan. */
	NCHAN("nginx nchan"),

	/** A loop over bare sockets. */
	FLOOR("bare sockets"),

	/** Another build of the starter, on Tomcat. */
	BASELINE_TOMCAT("baseline, Tomcat"),

	/** Another build of the starter, on Jetty. */
	BASELINE_JETTY("baseline, Jetty");

	private static final Set<Rival> ONLY_WHEN_ASKED_FOR = Set.of(STARTER_NODES, FLOOR, BASELINE_TOMCAT, BASELINE_JETTY);

	private final String title;

	Rival(String title) {
		this.title = title;
	}

	/**
	 * What people call it.
	 * @return the title
	 */
	public String title() {
		return this.title;
	}

	/**
	 * What the command line calls it.
	 * @return the name
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Finds a rival.
	 * @param tag what the command line calls it
	 * @return the rival
	 * @throws IllegalArgumentException if there is none
	 */
	public static Rival named(String tag) {
		return Stream.of(values())
			.filter((rival) -> rival.tag().equals(tag))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no rival '%s': use one of %s".formatted(tag,
					Stream.of(values()).map(Rival::tag).toList())));
	}

	/**
	 * Those that run on one node and keep up with whatever happens.
	 * @return the rivals
	 */
	public static List<Rival> single() {
		return Stream.of(values()).filter((rival) -> !ONLY_WHEN_ASKED_FOR.contains(rival)).toList();
	}

	/**
	 * Whether this machine has it.
	 * @return whether it can be measured
	 */
	public boolean isAvailable() {
		return switch (this) {
			case NCHAN -> Files.exists(NchanServer.MODULE);
			case BASELINE_TOMCAT, BASELINE_JETTY -> Baseline.isGiven();
			default -> true;
		};
	}

	RunningServer start(List<String> jvmArguments, List<String> properties) {
		return switch (this) {
			case STARTER_TOMCAT -> new JavaServer(StarterServer.class, jvmArguments, properties);
			case STARTER_JETTY -> new JavaServer(StarterServer.class, jvmArguments,
					Stream.concat(Stream.of("jetty"), properties.stream()).toList());
			case STARTER_NODES -> new NodesServer(jvmArguments, properties);
			case EMITTER -> new JavaServer(EmitterServer.class, jvmArguments, List.of());
			case EVENTBUS -> new JavaServer(EventBusServer.class, jvmArguments, List.of());
			case FLUX -> new JavaServer(FluxServer.class, jvmArguments, List.of());
			case NCHAN -> new NchanServer(Runtime.getRuntime().availableProcessors());
			case FLOOR -> new JavaServer(FloorServer.class, jvmArguments, List.of());
			case BASELINE_TOMCAT -> new JavaServer(Baseline.classPath(), StarterServer.class, jvmArguments, properties);
			case BASELINE_JETTY -> new JavaServer(Baseline.classPath(), StarterServer.class, jvmArguments,
					Stream.concat(Stream.of("jetty"), properties.stream()).toList());
		};
	}

}
